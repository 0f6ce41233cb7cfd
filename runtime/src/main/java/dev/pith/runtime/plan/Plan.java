package dev.pith.runtime.plan;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Map;

/**
 * Everything a device needs to run a graph on inputs of fixed types: steps in order, where each
 * value lies, and what is known beforehand. Immutable.
 *
 * @param inputs types of the graph inputs, in declared order
 * @param steps kernel runs in order
 * @param aliases value → value whose memory it shares (results of views)
 * @param types types of all values computed at run time, inputs included
 * @param known outputs and view sources whose values are known beforehand
 * @param memory places of the values that own memory
 * @param outputs names of the graph outputs
 */
public record Plan(
    Map<String, TensorType> inputs,
    List<Step> steps,
    Map<String, String> aliases,
    Map<String, TensorType> types,
    Map<String, Tensor> known,
    MemoryPlan memory,
    List<String> outputs) {

  /** The value that owns the memory {@code value} lies in. */
  public String owner(String value) {
    String owner = value;
    while (aliases.containsKey(owner)) {
      owner = aliases.get(owner);
    }
    return owner;
  }

  /** The choice of kernel for each step, in words; see {@link StepText}. */
  public String explain() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      StepText.lines(step).forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }
}
