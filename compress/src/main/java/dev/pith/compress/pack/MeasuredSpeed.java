package dev.pith.compress.pack;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner.KernelSelector;
import dev.pith.runtime.plan.Step;
import dev.pith.runtime.plan.tune.WeightLayout;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Allows a sparse layout where the device at hand is not slower with it: times both forms of each
 * layer with its own weights, for one sample. Layers it cannot time go by {@link KnownSpeed}. Not
 * thread-safe.
 */
public final class MeasuredSpeed implements LayoutJudge, AutoCloseable {

  private final Model model;
  private final Session session;
  private final KernelSelector selector;
  private final Map<String, Step> steps = new HashMap<>();

  /**
   * A judge for the layers of a graph.
   *
   * @param graph the graph that is to be packed; inputs are made of zeros, open extents are 1
   * @param options where sessions will run
   */
  public MeasuredSpeed(Graph graph, SessionOptions options) {
    this.model = Model.of(graph);
    this.session = model.newSession(options.withSelection(KernelSelection.MEASURED));
    this.selector = session.device().selector();
    if (graph.inputs().stream().allMatch(input -> input.dims() != null)) {
      Plan plan = session.plan(zeros(graph.inputs()));
      if (plan != null) {
        plan.steps().forEach(step -> steps.put(step.node().name(), step));
      }
    }
  }

  private static Map<String, Tensor> zeros(List<ValueInfo> inputs) {
    Map<String, Tensor> values = new HashMap<>();
    for (ValueInfo input : inputs) {
      long[] dims = input.dims().stream().mapToLong(Dim::size).map(d -> d < 0 ? 1 : d).toArray();
      values.put(input.name(), Tensor.allocate(Arena.ofAuto(), input.dtype(), Shape.of(dims)));
    }
    return values;
  }

  @Override
  public boolean allows(WeightedLayer layer, Layout layout, double sparsity) {
    Step step = steps.get(layer.name());
    if (step != null && WeightLayout.weight(step) != null) {
      long dense = WeightLayout.time(step, layer.weight(), selector);
      try (Arena arena = Arena.ofShared()) {
        Tensor encoded = layout.encode(layer.weight(), arena);
        long sparse = WeightLayout.time(step, encoded, selector);
        if (dense >= 0 && sparse >= 0) {
          return sparse <= dense;
        }
      }
    }
    return KnownSpeed.INSTANCE.allows(layer, layout, sparsity);
  }

  @Override
  public void close() {
    selector.finish();
    session.close();
    model.close();
  }
}
