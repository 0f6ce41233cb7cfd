package dev.pith.bench;

import dev.pith.bench.model.Networks;
import dev.pith.bench.model.OpenNetwork;
import dev.pith.bench.model.Variant;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * Whole networks. {@code run} is the time of one run, with percentiles; {@code rate} the runs a
 * second, with bytes of weights, workspace and the process. The peer runs the fp32 network, or the
 * int8 network that Pith's quantizer makes, both exported to ONNX; weights that pruning removed
 * would not make it faster. Before anything is timed, the first sample's results are compared with
 * the reference kernels'.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 4, time = 3)
@Fork(2)
public class ModelBenchmark {

  /** A constant of {@link Networks}. */
  @Param({"RESNET50", "MOBILENET_V2_32"})
  public Networks network;

  /** Who runs which form of the network. */
  @Param public Contender contender;

  /** Samples in a run; more than one takes the built-in networks. */
  @Param({"1", "8", "64"})
  public int batch;

  /** Threads of a run. */
  @Param({"1", "2"})
  public int threads;

  /** What Pith runs on; a GPU's backend is measured by naming it. */
  @Param("cpu")
  public String device;

  /** Folder whose {@code models/} holds networks that are not built in; empty for none. */
  @Param("")
  public String data;

  private OpenNetwork open;

  /** Engine, form, and how far results may be from the reference, relative to the largest. */
  public enum Contender {
    ORT_F32(Variant.DENSE_F32, true, 1e-3),
    /** The peer's int8 products may saturate; an outright wrong model is further off than this. */
    ORT_INT8(Variant.DENSE_INT8, true, 0.5),
    PITH_F32(Variant.DENSE_F32, false, 1e-3),
    PITH_INT8(Variant.DENSE_INT8, false, 0),
    PITH_INT8_80(Variant.SPARSE_80, false, 0),
    PITH_INT8_90(Variant.SPARSE_90, false, 0);

    private final Variant variant;
    private final boolean isPeer;
    private final double tolerance;

    Contender(Variant variant, boolean isPeer, double tolerance) {
      this.variant = variant;
      this.isPeer = isPeer;
      this.tolerance = tolerance;
    }
  }

  /** Where memory goes. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Memory {
    /** Weights in every form held while running; 0 where the engine does not tell. */
    public long residentWeightBytes;

    /** Activations and scratch; 0 where the engine does not tell. */
    public long workspaceBytes;

    /** Weights, activations and scratch on a device that is not the CPU; 0 on the CPU. */
    public long deviceBytes;

    /** The most memory the process had resident; −1 where unknown. */
    public long peakRssBytes;
  }

  /** Makes the form, opens it and checks its results. */
  @Setup
  public void open() throws IOException {
    Path folder = data.isEmpty() ? null : Path.of(data);
    Graph graph = network.load(folder, batch > 1);
    Graph form = contender.variant.of(graph, network.shapes(1));
    Map<String, Tensor> inputs = Variant.inputs(graph, batch, network.shapes(batch));
    SessionOptions options = SessionOptions.defaults().withDevice(device).withThreads(threads);
    open =
        contender.isPeer
            ? OpenNetwork.ort(form, inputs, threads)
            : OpenNetwork.pith(form, inputs, options);
    SessionOptions oracle =
        SessionOptions.defaults().withDevice("cpu").withSelection(KernelSelection.REFERENCE);
    Map<String, Tensor> first = Variant.inputs(graph, 1, network.shapes(1));
    try (OpenNetwork reference = OpenNetwork.pith(form, first, oracle)) {
      check(reference.firstOutput(), open.firstOutput());
    }
  }

  private void check(float[] expected, float[] actual) {
    double largest = 1e-30;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
    }
    if (!(difference <= contender.tolerance * largest)) {
      throw new IllegalStateException(
          network + " by " + contender + " is off by " + difference + " of " + largest);
    }
  }

  /** One run. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public void run() {
    open.run();
  }

  /** Runs for their rate; one iteration, so that memory is stated once. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  @Measurement(iterations = 1, time = 5)
  @Fork(1)
  public void rate(Memory memory) {
    open.run();
    if (memory.peakRssBytes == 0) {
      memory.residentWeightBytes = Math.max(0, open.residentWeightBytes());
      memory.workspaceBytes = Math.max(0, open.workspaceBytes());
      memory.deviceBytes = open.deviceBytes();
      memory.peakRssBytes = Receipt.peakRss();
    }
  }

  /** Closes the session. */
  @TearDown
  public void close() {
    open.close();
  }
}
