package dev.pith.compress.onnx;

import dev.pith.kernels.loss.LikelihoodProblem;
import dev.pith.kernels.loss.LikelihoodProblem.Reduction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.runtime.graph.ops.Likelihood;
import dev.pith.runtime.graph.ops.Softmax;
import java.util.ArrayList;
import java.util.List;

/** Losses. */
final class LossOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of(
              "NegativeLogLikelihoodLoss", (node, graph) -> graph.same(node, likelihood(node))),
          OnnxOp.of("SoftmaxCrossEntropyLoss", LossOps::crossEntropy));

  private LossOps() {}

  private static Likelihood likelihood(OnnxNode node) {
    String name = node.string("reduction", "mean");
    Reduction reduction =
        switch (name) {
          case "none" -> Reduction.NONE;
          case "sum" -> Reduction.SUM;
          case "mean" -> Reduction.MEAN;
          default -> throw node.refuse("reduction is " + name + ", which ONNX does not define");
        };
    return new Likelihood(reduction, node.integer("ignore_index", LikelihoodProblem.NONE));
  }

  private static void crossEntropy(OnnxNode node, GraphBuilder graph) {
    Softmax softmax = new Softmax(SoftmaxFunction.LOG_SOFTMAX, 1, false);
    String logs =
        node.hasOutput(1) ? node.output(1) : graph.fresh(node.output(0) + "_log_probabilities");
    graph.write(softmax, List.of(node.input(0)), List.of(logs));
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, logs);
    graph.write(likelihood(node), inputs, List.of(node.output(0)));
  }
}
