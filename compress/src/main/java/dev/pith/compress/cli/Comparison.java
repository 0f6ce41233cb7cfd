package dev.pith.compress.cli;

import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.Speedup;

/**
 * One measurement against another that took turns with it.
 *
 * @param ours what is compared
 * @param base what it is compared with
 * @param speedup how much faster ours is
 */
record Comparison(Measurement ours, Measurement base, Speedup speedup) {

  static Comparison of(Measurement ours, Measurement base) {
    return new Comparison(ours, base, Speedup.of(ours.timing(), base.timing()));
  }

  /** {@code net.pith (pith) against net.onnx (ort): 1.9–2.2× faster}. */
  String sentence() {
    return name(ours) + " against " + name(base) + ": " + speedup.verdict();
  }

  private static String name(Measurement m) {
    return m.path() + " (" + m.engine() + ")";
  }
}
