package dev.pith.compress.search;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner.KernelSelector;
import dev.pith.runtime.plan.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What single layers of a compressed graph cost. Quantization gives layers other names; they are
 * known by their order, which stays.
 */
final class Costs {

  private Costs() {}

  /**
   * Bytes of each layer's packed weight.
   *
   * @param packed the graph
   * @param names of the layers in order
   */
  static Map<String, Double> bytes(Graph packed, List<String> names) {
    Map<String, Double> bytes = new HashMap<>();
    List<WeightedLayer> layers = WeightedLayer.of(packed);
    for (int i = 0; i < layers.size(); i++) {
      bytes.put(names.get(i), (double) layers.get(i).weight().byteSize());
    }
    return bytes;
  }

  /**
   * Nanoseconds of each layer's kernel on the device, measured; layers that cannot be timed by
   * themselves are missing.
   *
   * @param names of the layers in order
   * @param input one run's inputs
   */
  static Map<String, Double> nanos(
      Graph packed, List<String> names, Map<String, Tensor> input, SessionOptions options) {
    Map<String, Double> nanos = new HashMap<>();
    Map<String, String> original = new HashMap<>();
    List<WeightedLayer> layers = WeightedLayer.of(packed);
    for (int i = 0; i < layers.size(); i++) {
      original.put(layers.get(i).name(), names.get(i));
    }
    try (Model model = Model.of(packed);
        Session session = model.newSession(options.withSelection(KernelSelection.MEASURED))) {
      Plan plan = session.plan(input);
      if (plan == null) {
        return nanos;
      }
      KernelSelector selector = session.device().selector();
      for (Step step : plan.steps()) {
        String name = original.get(step.node().name());
        if (name != null) {
          long known = step.selection().nanos();
          Operands operands = new Operands(step.constants(), step.inputs(), step.outputs());
          long time = known >= 0 ? known : selector.time(step.problem(), operands);
          if (time >= 0) {
            nanos.put(name, (double) time);
          }
        }
      }
      selector.finish();
    }
    return nanos;
  }
}
