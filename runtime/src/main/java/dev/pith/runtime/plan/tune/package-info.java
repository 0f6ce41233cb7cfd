/**
 * Which of several kernels is fastest: candidates, a way to run one, a stop watch, and a file that
 * remembers winners.
 *
 * <p>Read {@link dev.pith.runtime.plan.tune.KernelChooser} first. Knows no device: devices say
 * which kernels they have and how one is run ({@link dev.pith.runtime.plan.tune.Trial}).
 */
package dev.pith.runtime.plan.tune;
