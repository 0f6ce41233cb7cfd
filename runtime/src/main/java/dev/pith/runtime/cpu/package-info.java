/**
 * The CPU backend: threads, workspaces, and the loop that runs prepared host kernels.
 *
 * <p>Read {@link dev.pith.runtime.cpu.CpuExecutable} first.
 */
package dev.pith.runtime.cpu;
