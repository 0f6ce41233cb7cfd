package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.pith.kernels.Target;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Specializer.NodeView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all graphs of one model share while it is imported. Not thread-safe. */
final class ImportContext {

  private final OnnxTensors tensors;
  private final Functions functions;
  private final Map<String, Long> opsets = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<OnnxImportException.Refusal> refusals = new ArrayList<>();
  private final GraphEvaluator evaluator = new GraphEvaluator(Target.plainCpu(1));

  ImportContext(ModelProto model, Path folder) {
    this.tensors = new OnnxTensors(folder);
    this.functions = new Functions(model);
    model
        .getOpsetImportList()
        .forEach(set -> opsets.put(OnnxNode.domainOf(set.getDomain()), set.getVersion()));
  }

  OnnxTensors tensors() {
    return tensors;
  }

  Functions functions() {
    return functions;
  }

  /** Versions of the operator sets the model itself uses, by domain. */
  Map<String, Long> opsets() {
    return opsets;
  }

  /** Every value name in use. */
  Set<String> names() {
    return names;
  }

  /** All refusals so far. */
  List<OnnxImportException.Refusal> refusals() {
    return refusals;
  }

  /** A tracker that computes small values with the reference kernels. */
  TypeTracker newTracker() {
    return new TypeTracker(
        (node, inputs, outputs, problem) ->
            evaluator.evaluate(new NodeView(node, inputs, outputs, problem)));
  }
}
