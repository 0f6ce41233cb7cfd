/**
 * What is computed, fast: problems, the kernels that solve them, and the contract between kernels
 * and backends.
 *
 * <p>Read {@link dev.pith.kernels.Kernel} first, then {@link dev.pith.kernels.HostKernel}; {@link
 * dev.pith.kernels.KernelFamilies} lists everything there is. Depends on the JDK only.
 */
package dev.pith.kernels;
