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

  /** One line for each step: kernel, problem, and why other kernels were not chosen. */
  public String explain() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(step.node().name())
          .append(": ")
          .append(step.selection().chosen().name())
          .append(" (")
          .append(step.selection().reason())
          .append(") ")
          .append(step.problem())
          .append('\n');
      for (Selection.Candidate candidate : step.selection().candidates()) {
        if (!candidate.refusal().isEmpty()) {
          text.append("    not ")
              .append(candidate.name())
              .append(": ")
              .append(candidate.refusal())
              .append('\n');
        } else if (candidate.nanos() >= 0) {
          text.append("    ")
              .append(candidate.name())
              .append(": ")
              .append(candidate.nanos() / 1000)
              .append(" us\n");
        }
      }
    }
    return text.toString();
  }
}
