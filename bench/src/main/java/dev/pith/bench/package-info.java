/**
 * Measures Pith beside ONNX Runtime: the command line with everything that measures, and the JMH
 * benchmarks of kernels, networks and loading.
 *
 * <p>Read {@link dev.pith.bench.Pith} first. Sees every module; nothing depends on it.
 */
package dev.pith.bench;
