package dev.pith.bench;

import dev.pith.bench.model.Networks;
import dev.pith.bench.model.OpenNetwork;
import dev.pith.bench.model.Variant;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
 * Whole networks: time of one run. Sample mode gives percentiles. The peer runs the fp32 network,
 * or the int8 network that Pith's quantizer makes, both exported to ONNX; weights that pruning
 * removed would not make it faster.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
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

  /** Samples in a run; more than one takes the built-in ResNet-50. */
  @Param({"1", "8"})
  public int batch;

  /** Threads of a run. */
  @Param({"1", "2"})
  public int threads;

  /** Folder whose {@code models/} holds networks that are not built in; empty for none. */
  @Param("")
  public String data;

  private OpenNetwork open;

  /** Engine and form. */
  public enum Contender {
    ORT_F32(Variant.DENSE_F32),
    ORT_INT8(Variant.DENSE_INT8),
    PITH_F32(Variant.DENSE_F32),
    PITH_INT8(Variant.DENSE_INT8),
    PITH_INT8_80(Variant.SPARSE_80),
    PITH_INT8_90(Variant.SPARSE_90);

    private final Variant variant;

    Contender(Variant variant) {
      this.variant = variant;
    }
  }

  /** Makes the form and opens it. */
  @Setup
  public void open() throws IOException {
    Path folder = data.isEmpty() ? null : Path.of(data);
    Graph graph = network.load(folder, batch > 1);
    Graph form = contender.variant.of(graph, network.shapes(1));
    Map<String, Tensor> inputs = Variant.inputs(graph, batch, network.shapes(batch));
    boolean peer = contender == Contender.ORT_F32 || contender == Contender.ORT_INT8;
    open = peer ? OpenNetwork.ort(form, inputs, threads) : OpenNetwork.pith(form, inputs, threads);
    open.run();
  }

  /** One run. */
  @Benchmark
  public void run() {
    open.run();
  }

  /** Closes the session. */
  @TearDown
  public void close() {
    open.close();
  }
}
