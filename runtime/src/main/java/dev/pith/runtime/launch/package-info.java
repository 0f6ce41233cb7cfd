/**
 * Plans on devices that have memory and a compiler of their own: what OpenCL and CUDA share.
 *
 * <p>Read {@link dev.pith.runtime.launch.Accelerator}, which a backend implements, then {@code
 * LaunchExecutable} and {@code LaunchWorkspace}. Knows the device contract and plans, no driver.
 */
package dev.pith.runtime.launch;
