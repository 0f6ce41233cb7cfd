package dev.pith.compress.train;

import dev.pith.compress.fold.ConstantFolding;
import dev.pith.compress.fold.IdentityRemoval;
import dev.pith.compress.fuse.LinearFromMatMul;
import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes an imported graph ready to be trained: constants folded, products with weights seen as
 * linear layers, BatchNorm left alone, everything in single precision, and biases and statistics
 * that several nodes share split up, so that each can change by itself. Graphs made for a batch of
 * one take any batch.
 */
public final class Trainable {

  private static final Pipeline PASSES =
      new Pipeline(List.of(new ConstantFolding(), new IdentityRemoval(), new LinearFromMatMul()));

  private Trainable() {}

  /** The graph made ready; its floating-point inputs and outputs are F32. */
  public static Graph of(Graph graph) {
    return untied(anyBatch(PASSES.run(singlePrecision(graph))));
  }

  private static boolean isOther(DType dtype) {
    return dtype != null && dtype.isFloat() && dtype != DType.F32;
  }

  private static Graph singlePrecision(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    for (Map.Entry<String, Tensor> entry : graph.constants().entrySet()) {
      if (entry.getValue().isDense() && isOther(entry.getValue().dtype())) {
        editor.putConstant(entry.getKey(), Parameters.convert(entry.getValue(), DType.F32));
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Cast cast && isOther(cast.dtype())) {
        editor.replace(node.withOp(new Cast(DType.F32)));
      }
    }
    Graph single = editor.toGraph();
    return new Graph(
        single.name(),
        single(single.inputs()),
        single(single.outputs()),
        single.nodes(),
        single.constants());
  }

  private static List<ValueInfo> single(List<ValueInfo> values) {
    return values.stream()
        .map(v -> isOther(v.dtype()) ? new ValueInfo(v.name(), DType.F32, v.dims()) : v)
        .toList();
  }

  /** Where every input has a batch of 1, shapes that begin with that 1 copy the batch instead. */
  private static Graph anyBatch(Graph graph) {
    boolean single =
        graph.inputs().stream()
            .allMatch(v -> v.dims() != null && !v.dims().isEmpty() && v.dims().get(0).size() == 1);
    if (!single) {
      return graph;
    }
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      Tensor shape = graph.constant(node, 1);
      if (node.op() instanceof Reshape && shape != null && shape.shape().elementCount() > 1) {
        long[] dims = shape.toLongs();
        if (dims[0] == 1) {
          dims[0] = 0;
          String name = editor.addConstant(node.input(1), Tensor.of(dims, dims.length));
          editor.replace(node.withInputs(List.of(node.input(0), name)).withOp(new Reshape(false)));
        }
      }
    }
    Graph edited = editor.toGraph();
    return new Graph(
        edited.name(),
        open(edited.inputs()),
        open(edited.outputs()),
        edited.nodes(),
        edited.constants());
  }

  private static List<ValueInfo> open(List<ValueInfo> values) {
    List<ValueInfo> opened = new ArrayList<>();
    for (ValueInfo value : values) {
      if (value.dims() == null || value.dims().isEmpty() || value.dims().get(0).size() != 1) {
        opened.add(value);
      } else {
        List<Dim> dims = new ArrayList<>(value.dims());
        dims.set(0, Dim.symbol("N"));
        opened.add(new ValueInfo(value.name(), value.dtype(), dims));
      }
    }
    return opened;
  }

  private static Graph untied(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    Set<String> vectors = new HashSet<>(Parameters.of(graph));
    vectors.addAll(Parameters.buffersOf(graph));
    vectors.removeIf(name -> graph.constants().get(name).shape().rank() > 1);
    Set<String> used = new HashSet<>();
    for (Node node : graph.nodes()) {
      List<String> inputs = new ArrayList<>(node.inputs());
      for (int i = 0; i < inputs.size(); i++) {
        if (vectors.contains(inputs.get(i)) && !used.add(inputs.get(i))) {
          Tensor value = graph.constants().get(inputs.get(i));
          inputs.set(i, editor.addConstant(inputs.get(i), value));
        }
      }
      editor.replace(node.withInputs(inputs));
    }
    return editor.toGraph();
  }
}
