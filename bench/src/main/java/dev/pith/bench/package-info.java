/**
 * Measures Pith beside ONNX Runtime: {@link dev.pith.bench.Table} prints the table of the README,
 * the {@code *Benchmark} classes are for JMH.
 *
 * <p>Read {@link dev.pith.bench.Table} first. Sees every module; nothing depends on it.
 */
package dev.pith.bench;
