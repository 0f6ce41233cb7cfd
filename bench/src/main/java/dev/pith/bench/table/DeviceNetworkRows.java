package dev.pith.bench.table;

import dev.pith.bench.model.OpenNetwork;
import dev.pith.bench.model.Variant;
import dev.pith.bench.table.DevicePlan.NetworkRow;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Timing;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
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

  private final SessionOptions options;
  private final DevicePlan plan;
  private final PrintStream out;

  DeviceNetworkRows(SessionOptions options, DevicePlan plan, PrintStream out) {
    this.options = options;
    this.plan = plan;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept on a GPU, for which they were made. */
  boolean print() throws Exception {
    out.println(
        "| network | batch | form | ms | fp32 ms | faster | promised"
            + " | weights, device / graph | verdict |");
    out.println("|---|--:|---|--:|--:|--:|--:|--:|---|");
    boolean met = true;
    for (NetworkRow network : plan.networks()) {
      met &= row(network, network.graph().call());
    }
    return met;
  }

  private boolean row(NetworkRow row, Graph graph) {
    Graph form = row.form().of(graph, Map.of());
    Map<String, Tensor> inputs = Variant.inputs(graph, row.batch(), Map.of());
    try (OpenNetwork.Ours real = (OpenNetwork.Ours) OpenNetwork.pith(graph, inputs, options);
        OpenNetwork.Ours ours = (OpenNetwork.Ours) OpenNetwork.pith(form, inputs, options)) {
      List<Timing> timings =
          new Interleaved(plan.seconds(), plan.seconds() * 0.4, 5).measure(List.of(ours, real));
      double time = timings.get(0).median();
      double ratio = timings.get(1).median() / time;
      Receipt receipt = ours.session().receipt();
      double memory = (double) receipt.repackedBytes() / receipt.weightBytes();
      boolean isTimed = row.micros() > 0;
      boolean isFast = isTimed ? 1000 * time <= row.micros() : ratio >= row.promised();
      boolean met = isFast && memory <= MEMORY;
      boolean isGpu = ours.session().device().target().kind() == Target.Kind.CUDA;
      out.printf(
          Locale.ROOT,
          "| %s | %d | %s | %.4f | %.4f | %.2fx | %s | %.2f | %s |%n",
          row.name(),
          row.batch(),
          row.form().title(),
          time,
          timings.get(1).median(),
          ratio,
          isTimed
              ? String.format(Locale.ROOT, "<= %.3f ms", row.micros() / 1000)
              : row.promised() == 0 ? "" : String.format(Locale.ROOT, ">= %.1fx", row.promised()),
          memory,
          !isGpu ? "not promised here" : met ? "met" : "missed");
      return met || !isGpu;
    }
  }
}
