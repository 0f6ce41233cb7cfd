/**
 * The contract of backends: what a planner and a session need from a device.
 *
 * <p>Read {@link dev.pith.runtime.device.Backend} first; it never names an implementation.
 */
package dev.pith.runtime.device;
