package dev.pith.bench.table;

import dev.pith.bench.layer.LayerOperands;
import dev.pith.bench.layer.LayerSpec;
import dev.pith.bench.layer.SessionLayer;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.measure.Timing;
import dev.pith.runtime.SessionOptions;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * The part of the table about two threads: convolutions as sessions run them, one session with one
 * thread and one with two. Six equal ones stand in a row, as in networks, so that copying the image
 * in and the result out counts less. The promise is for convolutions that take one thread a
 * millisecond or more.
 */
final class ThreadRows {

  private static final double PROMISED = 1.8;
  private static final double LEAST_MILLIS = 1;
  private static final int ROUNDS = 10;
  private static final int IN_A_ROW = 6;

  private record Row(String layer, boolean quick) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("i8/conv/c512/o512/h24/w32/k1/dense", false),
          new Row("i8/conv/c512/o512/h24/w32/k1/block2x4:0.5", false),
          new Row("i8/conv/c128/o128/h28/k3/dense", true),
          new Row("i8/conv/c128/o128/h56/k3/block2x4:0.8", true),
          new Row("i8/conv/c128/o128/h56/k3/block2x4:0.9", false),
          new Row("i8/conv/c256/o256/h112/k3/g256/dense", false),
          new Row("f32/conv/c512/o512/h24/w32/k1/dense", false),
          new Row("f32/conv/c128/o128/h28/k3/dense", true),
          new Row("f32/conv/c128/o128/h56/k3/csr:0.9", false));

  private final boolean quick;
  private final PrintStream out;

  ThreadRows(boolean quick, PrintStream out) {
    this.quick = quick;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept. */
  boolean print() {
    out.println(
        "| convolution, six in a row | kernels | 1 thread ms | 2 threads ms | faster with 2"
            + " | promised | verdict |");
    out.println("|---|---|--:|--:|--:|--:|---|");
    if (Runtime.getRuntime().availableProcessors() < 2) {
      out.println("| not measured: there is one processor | | | | | | |");
      return true;
    }
    boolean met = true;
    for (Row row : ROWS) {
      if (!quick || row.quick()) {
        met &= print(row.layer());
      }
    }
    return met;
  }

  private boolean print(String layer) {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(layer));
    SessionOptions options = SessionOptions.defaults().withDevice("cpu");
    try (SessionLayer one = SessionLayer.open(operands, IN_A_ROW, options.withThreads(1));
        SessionLayer two = SessionLayer.open(operands, IN_A_ROW, options.withThreads(2))) {
      List<Timing> timings =
          new Interleaved(quick ? 1 : 2, quick ? 0.5 : 1, ROUNDS).measure(List.of(one, two));
      double millis = timings.get(0).median() / IN_A_ROW;
      Verdict verdict =
          new Verdict(
              Speedup.of(timings.get(1), timings.get(0)), millis < LEAST_MILLIS ? 0 : PROMISED);
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %.3f | %s | %s | %s |%n",
          layer,
          one.kernels(),
          millis,
          timings.get(1).median() / IN_A_ROW,
          verdict.measured(),
          verdict.promised(),
          verdict.text());
      return verdict.isMet();
    }
  }
}
