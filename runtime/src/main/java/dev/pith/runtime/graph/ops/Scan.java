package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ControlFlowOp;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a graph once for each position along an axis of its scanned inputs. Inputs: the states, the
 * scanned inputs, then what the body reads of outer graphs. The body gets states, slices of the
 * scanned inputs, and the outer values; it returns the new states, and slices that are stacked.
 * ONNX Scan.
 *
 * @param body the graph
 * @param scanned number of scanned inputs
 * @param outer number of outer values
 * @param inputAxes axis of each scanned input
 * @param inputReversed whether each scanned input is walked from its end
 * @param outputAxes axis along which each stacked output is stacked
 * @param outputReversed whether each stacked output begins with the last slice
 */
public record Scan(
    Graph body,
    int scanned,
    int outer,
    List<Long> inputAxes,
    List<Long> inputReversed,
    List<Long> outputAxes,
    List<Long> outputReversed)
    implements ControlFlowOp {

  public Scan {
    inputAxes = List.copyOf(inputAxes);
    inputReversed = List.copyOf(inputReversed);
    outputAxes = List.copyOf(outputAxes);
    outputReversed = List.copyOf(outputReversed);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs, int outputCount, Evaluator evaluator) {
    int states = inputs.size() - scanned - outer;
    long length = length(inputs, states);
    List<Tensor> values = new ArrayList<>(inputs);
    List<List<Tensor>> slices = new ArrayList<>();
    for (int k = states; k < body.outputs().size(); k++) {
      slices.add(new ArrayList<>());
    }
    for (long i = 0; i < length; i++) {
      for (int k = 0; k < scanned; k++) {
        Tensor x = inputs.get(states + k);
        long at = inputReversed.get(k) != 0 ? length - 1 - i : i;
        values.set(states + k, Bodies.slice(x, x.shape().axis(inputAxes.get(k)), at));
      }
      List<Tensor> results = evaluator.run(body, Bodies.bind(body, values, 0));
      for (int k = 0; k < results.size(); k++) {
        if (k < states) {
          values.set(k, results.get(k));
        } else if (outputReversed.get(k - states) != 0) {
          slices.get(k - states).add(0, results.get(k));
        } else {
          slices.get(k - states).add(results.get(k));
        }
      }
    }
    List<Tensor> outputs = new ArrayList<>(values.subList(0, states));
    for (int k = 0; k < slices.size(); k++) {
      outputs.add(Bodies.stack(slices.get(k), body.outputs().get(states + k), outputAxes.get(k)));
    }
    return outputs;
  }

  private long length(List<Tensor> inputs, int states) {
    if (states < 0
        || scanned < 1
        || inputs.size() != body.inputs().size()
        || states > body.outputs().size()) {
      throw new IllegalArgumentException(
          "a scan of "
              + inputs.size()
              + " inputs, "
              + scanned
              + " of them scanned, has a body with "
              + body.inputs().size()
              + " inputs and "
              + body.outputs().size()
              + " outputs");
    }
    long length = -1;
    for (int k = 0; k < scanned; k++) {
      Shape shape = inputs.get(states + k).shape();
      long extent = shape.dim(shape.axis(inputAxes.get(k)));
      if (length >= 0 && extent != length) {
        throw new IllegalArgumentException(
            "scanned input " + k + " has " + extent + " positions; the others have " + length);
      }
      length = extent;
    }
    return length;
  }
}
