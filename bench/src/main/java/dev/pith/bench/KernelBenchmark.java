package dev.pith.bench;

import dev.pith.bench.layer.LayerOperands;
import dev.pith.bench.layer.LayerSpec;
import dev.pith.bench.layer.OrtLayer;
import dev.pith.bench.layer.PithLayer;
import dev.pith.bench.measure.Machine;
import dev.pith.compress.measure.Roofline;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One layer by one kernel, on one thread. {@code denseGmacs} counts multiply-adds of the dense
 * layer in billions a second, zeros included, so that numbers of different sparsity compare
 * directly; {@code doneGmacs} only those that are not with zeros; {@code movedGb} the bytes that a
 * run must move at least; {@code rooflinePercent} the share of what the machine's measured peaks
 * allow. Before anything is timed the peaks are measured and the result is checked with the
 * reference kernel: int8 bit for bit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class KernelBenchmark {

  /** Largest difference from the reference, relative to the largest result, of fp32 kernels. */
  private static final double FP32_TOLERANCE = 1e-4;

  /** The layer, as {@link LayerSpec} reads it. */
  @Param({
    "i8/linear/m768/k512/n512/dense",
    "i8/linear/m768/k512/n512/block2x4:0",
    "i8/linear/m768/k512/n512/block2x4:0.5",
    "i8/linear/m768/k512/n512/block2x4:0.8",
    "i8/linear/m768/k512/n512/block2x4:0.9",
    "i8/linear/m768/k512/n512/block2x4:0.95",
    "i8/conv/c512/o512/h24/w32/k1/dense",
    "i8/conv/c512/o512/h24/w32/k1/block2x4:0.8",
    "i8/conv/c512/o512/h24/w32/k1/block2x4:0.9",
    "i8/conv/c128/o128/h28/k3/dense",
    "i8/conv/c128/o128/h28/k3/block2x4:0.8",
    "i8/conv/c128/o128/h28/k3/block2x4:0.9",
    "i8/conv/c128/o128/h28/k3/block2x4:0.95",
    "i8/conv/c128/o128/h56/k3/g128/dense",
    "i8/linear/m1/k4096/n4096/block16x4:0.9",
    "f32/linear/m768/k512/n512/dense",
    "f32/linear/m768/k512/n512/csr:0.9",
    "f32/conv/c512/o512/h24/w32/k1/dense",
    "f32/conv/c512/o512/h24/w32/k1/csr:0.9",
    "f32/conv/c128/o128/h28/k3/dense",
    "f32/conv/c128/o128/h28/k3/csr:0.9",
  })
  public String layer;

  /**
   * A kernel's name, {@code first} for the preferred one, or {@code ort} for the peer's dense
   * operator on the same weights.
   */
  @Param({"first", "ort"})
  public String kernel;

  private PithLayer ours;
  private OrtLayer peer;
  private Work work;

  /** Work done, for rates. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rates {
    /** Multiply-adds of the dense layer, in billions. */
    public double denseGmacs;

    /** Multiply-adds with weights that are not zero, in billions. */
    public double doneGmacs;

    /** Bytes of operands and results, in billions. */
    public double movedGb;

    /** Time that the roofline allows, as a percentage of the time taken. */
    public double rooflinePercent;

    /** Begins an iteration. */
    @Setup(Level.Iteration)
    public void clear() {
      denseGmacs = 0;
      doneGmacs = 0;
      movedGb = 0;
      rooflinePercent = 0;
    }

    private void add(Work work) {
      denseGmacs += work.dense();
      doneGmacs += work.done();
      movedGb += work.moved();
      rooflinePercent += 100 * work.leastSeconds();
    }
  }

  /** Of one run: billions of multiply-adds and bytes, and the least time the machine needs. */
  private record Work(double dense, double done, double moved, double leastSeconds) {

    static Work of(LayerOperands operands, double density) {
      Roofline roofline = Roofline.measure(Machine.target(1));
      double dense = operands.problem().work() / 1e9;
      double moved = operands.bytesMoved() / 1e9;
      double bound = roofline.bound(operands.spec().isInt8(), dense * density / moved);
      return new Work(dense, dense * density, moved, dense * density / bound);
    }
  }

  /** Makes operands, opens the layer and checks its result. */
  @Setup
  public void open() {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(layer));
    Target target = Machine.target(1);
    // the peer multiplies zeros as well
    work = Work.of(operands, kernel.equals("ort") ? 1 : operands.density());
    String reference = KernelFamilies.of(operands.problem()).reference().name();
    PithLayer oracle = PithLayer.open(operands, reference, target);
    oracle.run();
    if (kernel.equals("ort")) {
      peer = OrtLayer.open(operands, 1);
      peer.run();
      double difference = peer.difference(oracle.output());
      check(difference, operands.spec().isInt8() ? 1 : FP32_TOLERANCE);
      return;
    }
    ours = PithLayer.open(operands, kernel, target);
    ours.run();
    check(
        difference(oracle.output(), ours.output()), operands.spec().isInt8() ? 0 : FP32_TOLERANCE);
  }

  private void check(double difference, double allowed) {
    if (!(difference <= allowed)) {
      throw new IllegalStateException(
          layer + " by " + kernel + " is off by " + difference + "; allowed is " + allowed);
    }
  }

  private static double difference(Tensor expected, Tensor actual) {
    double difference = 0;
    double largest = 1e-30;
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      double value = expected.getDouble(i);
      difference = Math.max(difference, Math.abs(value - actual.getDouble(i)));
      largest = Math.max(largest, Math.abs(value));
    }
    return difference / largest;
  }

  /** One run of the layer. */
  @Benchmark
  public void run(Rates rates) {
    if (peer != null) {
      peer.run();
    } else {
      ours.run();
    }
    rates.add(work);
  }

  /** Frees the peer's memory. */
  @TearDown
  public void close() {
    if (peer != null) {
      peer.close();
    }
  }
}
