package dev.pith.bench.table;

import dev.pith.bench.layer.LayerOperands;
import dev.pith.bench.layer.LayerSpec;
import dev.pith.bench.layer.OrtLayer;
import dev.pith.bench.layer.PithLayer;
import dev.pith.bench.measure.Machine;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Roofline;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.measure.Timing;
import dev.pith.kernels.Target;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The part of the table about single layers, on one thread. */
final class LayerRows {

  /** Differences of int8 results in steps: the peer rounds a product of scales in another order. */
  private static final double INT8_STEPS = 1;

  /** Differences of fp32 results relative to the largest. */
  private static final double F32_TOLERANCE = 1e-4;

  private static final int ROUNDS = 10;

  private record Row(String title, String layer, double target, boolean quick) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("int8 dense", "i8/linear/m768/k512/n512/dense", 1, true),
          new Row("int8 2×4 80 %", "i8/linear/m768/k512/n512/block2x4:0.8", 5, true),
          new Row("int8 2×4 90 %", "i8/linear/m768/k512/n512/block2x4:0.9", 9, true),
          new Row("int8 2×4 95 %", "i8/linear/m768/k512/n512/block2x4:0.95", 0, false),
          new Row("int8 dense, 1×1", "i8/conv/c512/o512/h24/w32/k1/dense", 1, false),
          new Row("int8 2×4 80 %, 1×1", "i8/conv/c512/o512/h24/w32/k1/block2x4:0.8", 5, false),
          new Row("int8 2×4 90 %, 1×1", "i8/conv/c512/o512/h24/w32/k1/block2x4:0.9", 9, false),
          new Row("int8 dense, 3×3", "i8/conv/c128/o128/h28/k3/dense", 0, false),
          new Row("int8 2×4 80 %, 3×3", "i8/conv/c128/o128/h28/k3/block2x4:0.8", 4, true),
          new Row("int8 2×4 90 %, 3×3", "i8/conv/c128/o128/h28/k3/block2x4:0.9", 7.5, true),
          new Row("int8 depthwise, 3×3", "i8/conv/c128/o128/h28/k3/g128/dense", 0, false),
          new Row("int8 16×4 90 %, batch 1", "i8/linear/m1/k4096/n4096/block16x4:0.9", 6, true),
          new Row("fp32 dense", "f32/linear/m768/k512/n512/dense", 0.8, true),
          new Row("fp32 CSR 90 %", "f32/linear/m768/k512/n512/csr:0.9", 5, true),
          new Row("fp32 dense, 1×1", "f32/conv/c512/o512/h24/w32/k1/dense", 0.8, false),
          new Row("fp32 CSR 90 %, 1×1", "f32/conv/c512/o512/h24/w32/k1/csr:0.9", 5, false),
          new Row("fp32 dense, 3×3", "f32/conv/c128/o128/h28/k3/dense", 0, false),
          new Row("fp32 CSR 90 %, 3×3", "f32/conv/c128/o128/h28/k3/csr:0.9", 0, false));

  private final boolean quick;
  private final PrintStream out;
  private final Roofline roofline;
  private final Target target = Machine.target(1);

  LayerRows(boolean quick, Roofline roofline, PrintStream out) {
    this.quick = quick;
    this.roofline = roofline;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept. */
  boolean print() {
    out.println(
        "| layer, 1 thread | kernel | Pith ms | ORT ms | faster than ORT | promised | verdict"
            + " | dense GMAC/s | share of peak |");
    out.println("|---|---|--:|--:|--:|--:|---|--:|--:|");
    boolean met = true;
    for (Row row : ROWS) {
      if (!quick || row.quick()) {
        met &= print(row);
      }
    }
    return met;
  }

  private boolean print(Row row) {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(row.layer()));
    try (OrtLayer peer = OrtLayer.open(operands, 1)) {
      String kernel = fastest(operands);
      PithLayer layer = PithLayer.open(operands, kernel, target);
      layer.run();
      peer.run();
      check(row, operands, peer.difference(layer.output()));
      List<Timing> timings =
          new Interleaved(quick ? 1.5 : 3, quick ? 0.3 : 1, ROUNDS).measure(List.of(layer, peer));
      Timing ours = timings.get(0);
      Timing theirs = timings.get(1);
      Verdict verdict = new Verdict(Speedup.of(ours, theirs), row.target());
      double rate = operands.problem().work() / (ours.median() * 1e6);
      double peak = operands.spec().isInt8() ? roofline.int8Rate() : roofline.floatRate();
      out.printf(
          Locale.ROOT,
          "| %s (%s) | %s | %.3f | %.3f | %s | %s | %s | %.0f | %.0f %% |%n",
          row.title(),
          row.layer(),
          kernel,
          ours.median(),
          theirs.median(),
          verdict.measured(),
          verdict.promised(),
          verdict.text(),
          rate,
          100 * rate * operands.density() / peak);
      return verdict.isMet();
    }
  }

  private static void check(Row row, LayerOperands operands, double difference) {
    double allowed = operands.spec().isInt8() ? INT8_STEPS : F32_TOLERANCE;
    if (!(difference <= allowed)) {
      throw new IllegalStateException(
          row.layer()
              + ": Pith and ONNX Runtime differ by "
              + difference
              + "; allowed is "
              + allowed);
    }
  }

  /** What the planner does: of all kernels but the reference, the fastest. */
  private String fastest(LayerOperands operands) {
    List<String> names = PithLayer.kernels(operands.problem(), target);
    List<String> candidates = names.size() > 1 ? names.subList(0, names.size() - 1) : names;
    List<Runnable> runs = new ArrayList<>();
    for (String name : candidates) {
      runs.add(PithLayer.open(operands, name, target));
    }
    List<Timing> timings = new Interleaved(quick ? 1 : 3, 0.1, 3).measure(runs);
    int best = 0;
    for (int i = 1; i < timings.size(); i++) {
      best = timings.get(i).median() < timings.get(best).median() ? i : best;
    }
    return candidates.get(best);
  }
}
