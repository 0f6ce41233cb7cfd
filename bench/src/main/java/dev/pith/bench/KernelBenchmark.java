package dev.pith.bench;

import dev.pith.bench.layer.DeviceLayer;
import dev.pith.bench.layer.LayerOperands;
import dev.pith.bench.layer.LayerSpec;
import dev.pith.bench.layer.OpenLayer;
import dev.pith.bench.layer.OrtLayer;
import dev.pith.bench.layer.PithLayer;
import dev.pith.bench.layer.SessionLayer;
import dev.pith.bench.measure.Machine;
import dev.pith.compress.measure.Roofline;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Target;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.SessionOptions;
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
 * One layer by one kernel. {@code rate} counts work: {@code denseGmacs} multiply-adds of the dense
 * layer in billions a second, zeros included, so that numbers of different sparsity compare
 * directly; {@code doneGmacs} only those that are not with zeros; {@code movedGb} the bytes that a
 * run must move at least; {@code rooflinePercent} the share of what the processor's measured peaks
 * allow on as many cores as there are threads (NaN on other devices, whose peaks are not known).
 * {@code time} has the percentiles of single runs. {@code memory} states {@code weightBytes} of the
 * weight in every form held and {@code peakRssBytes} of the whole process. Before anything is timed
 * the peaks are measured and the result is checked with the reference kernel: int8 bit for bit.
 */
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class KernelBenchmark {

  /** Largest difference from the reference, relative to the largest result, of fp32 kernels. */
  private static final double FP32_TOLERANCE = 1e-4;

  private static final int RUNS_BEFORE_MEMORY = 100;

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
   * A kernel's name, {@code first} for the preferred one, {@code session} for what a session makes
   * of the layer (the planner's kernels, copies of input and output included), or {@code ort} for
   * the peer's dense operator on the same weights. On a GPU the vendor's libraries have names as
   * well, such as {@code cublas_q_linear} and {@code cusparse_q_linear}.
   */
  @Param({"first", "ort"})
  public String kernel;

  /** What Pith's kernels run on: {@code cpu}, or an accelerator's name. */
  @Param("cpu")
  public String device;

  /** Threads of a run; more than one by {@code session} or {@code ort}. */
  @Param("1")
  public int threads;

  private OpenLayer open;
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

  /** Where memory goes. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Memory {
    /** The weight in every form held while running; 0 where the engine does not tell. */
    public long weightBytes;

    /** The most memory the process had resident; −1 where unknown. */
    public long peakRssBytes;
  }

  /** Of one run: billions of multiply-adds and bytes, and the least time the machine needs. */
  private record Work(double dense, double done, double moved, double leastSeconds) {

    static Work of(LayerOperands operands, double density, double leastSeconds) {
      double dense = operands.problem().work() / 1e9;
      return new Work(dense, dense * density, operands.bytesMoved() / 1e9, leastSeconds);
    }
  }

  /** Makes operands, opens the layer and checks its result. */
  @Setup
  public void open() {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(layer));
    boolean isPeer = kernel.equals("ort");
    // the peer multiplies zeros as well
    double density = isPeer ? 1 : operands.density();
    work = Work.of(operands, density, leastSeconds(operands, density));
    Target target = Machine.target(1);
    String reference = KernelFamilies.of(operands.problem()).reference().name();
    PithLayer oracle = PithLayer.open(operands, reference, target);
    oracle.run();
    open = layer(operands, target);
    open.run();
    double difference = open.difference(oracle.output());
    double allowed = !operands.spec().isInt8() ? FP32_TOLERANCE : isPeer ? 1 : 0;
    if (!(difference <= allowed)) {
      throw new IllegalStateException(
          layer + " by " + kernel + " is off by " + difference + "; allowed is " + allowed);
    }
  }

  private double leastSeconds(LayerOperands operands, double density) {
    if (!device.equals("cpu")) {
      return Double.NaN;
    }
    Roofline roofline = Roofline.measure(Machine.target(1)).ofCores(threads);
    double done = operands.problem().work() * density / 1e9;
    double moved = operands.bytesMoved() / 1e9;
    return done / roofline.bound(operands.spec().isInt8(), done / moved);
  }

  private OpenLayer layer(LayerOperands operands, Target target) {
    SessionOptions options = SessionOptions.defaults().withDevice(device).withThreads(threads);
    if (kernel.equals("ort")) {
      return OrtLayer.open(operands, threads);
    }
    if (kernel.equals("session")) {
      return SessionLayer.open(operands, options);
    }
    if (!device.equals("cpu")) {
      return DeviceLayer.open(operands, kernel, options);
    }
    if (threads > 1) {
      throw new IllegalArgumentException(
          "kernels run on one thread each; for " + threads + " name session or ort, not " + kernel);
    }
    return PithLayer.open(operands, kernel, target);
  }

  /** Runs for their rate. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public void rate(Rates rates) {
    open.run();
    rates.add(work);
  }

  /** Single runs. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public void time() {
    open.run();
  }

  /** States memory after many runs; the time is not of interest. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  @Fork(1)
  public void memory(Memory memory) {
    for (int i = 0; i < RUNS_BEFORE_MEMORY; i++) {
      open.run();
    }
    memory.weightBytes = Math.max(0, open.weightBytes());
    memory.peakRssBytes = Receipt.peakRss();
  }

  /** Frees memory. */
  @TearDown
  public void close() {
    open.close();
  }
}
