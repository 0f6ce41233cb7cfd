package dev.pith.bench.table;

import static dev.pith.compress.train.Networks.LENET_5;

import dev.pith.bench.model.Networks;
import dev.pith.bench.model.OpenNetwork;
import dev.pith.bench.model.Variant;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Timing;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whole networks on a device: int8 beside fp32 on the same device, and the time of a small network
 * from call to result, copies included.
 */
final class DeviceNetworkRows {

  /** Most bytes of weights on the device for each byte of the graph's. */
  private static final double MEMORY = 1.1;

  private static final double LENET_MICROS = 25;

  private final SessionOptions options;
  private final boolean quick;
  private final PrintStream out;

  DeviceNetworkRows(SessionOptions options, boolean quick, PrintStream out) {
    this.options = options;
    this.quick = quick;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept on a GPU, for which they were made. */
  boolean print() throws IOException {
    out.println(
        "| network | batch | form | ms | fp32 ms | faster | promised"
            + " | weights, device / graph | verdict |");
    out.println("|---|--:|---|--:|--:|--:|--:|--:|---|");
    Graph small = LENET_5.create(Shape.of(1, 28, 28), 10, 7);
    boolean met = row("LeNet-5", small, Variant.SPARSE_90, 1, 0);
    if (quick) {
      Graph mobile = Networks.MOBILENET_V2_32.load(null, false);
      met &= row("MobileNetV2, 32 x 32", mobile, Variant.DENSE_INT8, 1, 0);
      return met;
    }
    Graph large = Networks.RESNET50.load(null, true);
    met &= row("ResNet-50", large, Variant.DENSE_INT8, 1, 3);
    met &= row("ResNet-50", large, Variant.DENSE_INT8, 64, 4);
    return met;
  }

  /** A promise of 0 is that of {@link #LENET_MICROS} for LeNet-5, otherwise none. */
  private boolean row(String name, Graph graph, Variant variant, int batch, double promised) {
    Graph form = variant.of(graph, Map.of());
    Map<String, Tensor> inputs = Variant.inputs(graph, batch, Map.of());
    try (OpenNetwork.Ours real = (OpenNetwork.Ours) OpenNetwork.pith(graph, inputs, options);
        OpenNetwork.Ours ours = (OpenNetwork.Ours) OpenNetwork.pith(form, inputs, options)) {
      List<Timing> timings =
          new Interleaved(quick ? 0.5 : 2.5, quick ? 0.2 : 1, 5).measure(List.of(ours, real));
      double time = timings.get(0).median();
      double ratio = timings.get(1).median() / time;
      Receipt receipt = ours.session().receipt();
      double memory = (double) receipt.repackedBytes() / receipt.weightBytes();
      boolean isLenet = variant == Variant.SPARSE_90;
      boolean isFast = isLenet ? 1000 * time <= LENET_MICROS : ratio >= promised;
      boolean met = isFast && memory <= MEMORY;
      boolean isGpu = ours.session().device().target().kind() == Target.Kind.CUDA;
      out.printf(
          Locale.ROOT,
          "| %s | %d | %s | %.4f | %.4f | %.2fx | %s | %.2f | %s |%n",
          name,
          batch,
          variant.title(),
          time,
          timings.get(1).median(),
          ratio,
          isLenet
              ? String.format(Locale.ROOT, "<= %.3f ms", LENET_MICROS / 1000)
              : promised == 0 ? "" : String.format(Locale.ROOT, ">= %.1fx", promised),
          memory,
          !isGpu ? "not promised here" : met ? "met" : "missed");
      return met || !isGpu;
    }
  }
}
