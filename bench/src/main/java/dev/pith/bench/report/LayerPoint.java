package dev.pith.bench.report;

import dev.pith.bench.layer.LayerOperands;
import dev.pith.bench.layer.LayerSpec;
import dev.pith.bench.layer.OrtLayer;
import dev.pith.bench.layer.PithLayer;
import dev.pith.bench.measure.Machine;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Timing;
import dev.pith.kernels.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer under the machine's limits, on one thread.
 *
 * @param spec the layer
 * @param engine who computed it
 * @param isInt8 which of the two peaks limits it
 * @param intensity multiply-adds done for a byte that must be moved
 * @param rate multiply-adds done, in billions a second
 * @param denseRate multiply-adds of the dense layer in the same time, in billions a second
 * @param millis of a run, the median
 */
record LayerPoint(
    String spec,
    String engine,
    boolean isInt8,
    double intensity,
    double rate,
    double denseRate,
    double millis) {

  private static final List<String> LAYERS =
      List.of(
          "i8/conv/c128/o128/h28/k3/dense",
          "i8/conv/c128/o128/h28/k3/block2x4:0.8",
          "i8/conv/c512/o512/h24/w32/k1/block2x4:0.9",
          "i8/conv/c128/o128/h56/k3/g128/dense",
          "i8/linear/m1/k4096/n4096/block16x4:0.9",
          "f32/conv/c128/o128/h28/k3/dense",
          "f32/linear/m768/k512/n512/csr:0.9",
          "f32/linear/m1/k2048/n2048/dense");

  /** Measures the layers, each with Pith's preferred kernel and, where it is dense, the peer. */
  static List<LayerPoint> measure(boolean quick) {
    Target target = Machine.target(1);
    List<LayerPoint> points = new ArrayList<>();
    for (String spec : quick ? LAYERS.subList(0, 2) : LAYERS) {
      LayerOperands operands = LayerOperands.of(LayerSpec.parse(spec));
      PithLayer ours = PithLayer.open(operands, "first", target);
      ours.run();
      try (OrtLayer peer = OrtLayer.open(operands, 1)) {
        peer.run();
        check(spec, operands, peer.difference(ours.output()));
        List<Timing> timings =
            new Interleaved(quick ? 0.5 : 1.5, quick ? 0.2 : 0.5, 10).measure(List.of(ours, peer));
        points.add(of(spec, operands, "Pith", operands.density(), timings.get(0)));
        if (operands.density() > 0.99) {
          points.add(of(spec, operands, "ONNX Runtime", 1, timings.get(1)));
        }
      }
    }
    return points;
  }

  private static LayerPoint of(
      String spec, LayerOperands operands, String engine, double density, Timing timing) {
    double dense = operands.problem().work();
    double nanos = timing.median() * 1e6;
    return new LayerPoint(
        spec,
        engine,
        operands.spec().isInt8(),
        dense * density / operands.bytesMoved(),
        dense * density / nanos,
        dense / nanos,
        timing.median());
  }

  private static void check(String spec, LayerOperands operands, double difference) {
    if (!(difference <= (operands.spec().isInt8() ? 1 : 1e-4))) {
      throw new IllegalStateException(spec + ": Pith and ONNX Runtime differ by " + difference);
    }
  }
}
