/**
 * From a graph to steps: specialisation to concrete shapes, kernel selection, memory planning.
 *
 * <p>Read {@link dev.pith.runtime.plan.Planner} first. Knows the device contract, never a device.
 */
package dev.pith.runtime.plan;
