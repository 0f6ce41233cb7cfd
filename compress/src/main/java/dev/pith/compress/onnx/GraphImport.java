package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The import of one graph: the model's own, or the body of a control-flow node. */
final class GraphImport {

  /** Functions may call functions; ONNX forbids recursion, which this stops. */
  private static final int MAX_CALLS = 64;

  private final ImportContext context;
  private final GraphImport outer;
  private final GraphBuilder builder;
  private final Set<String> captured = new LinkedHashSet<>();
  private final Map<String, ValueInfo> declared = new LinkedHashMap<>();
  private final Map<String, Tensor> stored = new LinkedHashMap<>();

  /** Outputs of refused nodes: what depends on them is not to blame. */
  private final Set<String> refused = new HashSet<>();

  private Map<String, Long> opsets;
  private int calls;

  GraphImport(ImportContext context, GraphImport outer, Map<String, Long> opsets) {
    this.context = context;
    this.outer = outer;
    this.opsets = opsets;
    this.builder = new GraphBuilder(context.names(), context.newTracker());
  }

  GraphBuilder builder() {
    return builder;
  }

  /** A tensor attribute of a node. */
  Tensor tensor(TensorProto proto) {
    return context.tensors().read(proto);
  }

  /** A sparse tensor attribute of a node, in dense form. */
  Tensor sparseTensor(SparseTensorProto proto) {
    return context.tensors().readSparse(proto);
  }

  /** The graph of a control-flow attribute. */
  Subgraph subgraph(GraphProto proto) {
    GraphImport inner = new GraphImport(context, this, opsets);
    Graph graph = inner.run(proto);
    return new Subgraph(graph, List.copyOf(inner.captured));
  }

  /** Imports {@code proto}; refusals are left in the context. */
  Graph run(GraphProto proto) {
    List<ValueInfo> inputs = new ArrayList<>();
    Set<String> initialized = new HashSet<>();
    for (TensorProto initializer : proto.getInitializerList()) {
      initialized.add(initializer.getName());
      store(initializer.getName(), context.tensors().read(initializer));
    }
    proto
        .getSparseInitializerList()
        .forEach(
            sparse -> {
              initialized.add(sparse.getValues().getName());
              store(sparse.getValues().getName(), context.tensors().readSparse(sparse));
            });
    for (ValueInfoProto input : proto.getInputList()) {
      if (!initialized.contains(input.getName())) {
        inputs.add(input(input));
      }
    }
    for (ValueInfoProto info : proto.getValueInfoList()) {
      declare(info);
    }
    proto.getOutputList().forEach(this::declare);
    translateAll(proto.getNodeList());
    List<ValueInfo> outputs = proto.getOutputList().stream().map(this::output).toList();
    FiniteCheck.check(stored, proto.getNodeList());
    captured.forEach(name -> inputs.add(capturedInput(name)));
    Graph graph = builder.graph(proto.getName(), inputs, outputs);
    return context.refusals().isEmpty() ? new GraphEditor(graph).toGraph() : graph;
  }

  /** Defines a constant that the file stores. */
  private void store(String name, Tensor value) {
    stored.put(name, value);
    builder.define(name, value);
  }

  private ValueInfo input(ValueInfoProto proto) {
    ValueInfo info = OnnxTypes.valueInfo(proto);
    // Bodies of control-flow nodes may leave the types of their inputs open.
    String problem = outer != null && !proto.hasType() ? "" : OnnxTypes.problem(proto);
    if (!problem.isEmpty()) {
      refuse("graph input", OnnxOp.ONNX, proto.getName(), problem);
      refused.add(proto.getName());
    }
    builder.given(proto.getName());
    try {
      builder.types().input(info);
    } catch (IllegalArgumentException e) {
      throw new OnnxImportException(
          "graph input " + proto.getName() + " makes no sense: " + e.getMessage(), e);
    }
    return info;
  }

  private void declare(ValueInfoProto proto) {
    ValueInfo info = OnnxTypes.valueInfo(proto);
    declared.put(info.name(), info);
    builder.types().declare(info);
  }

  private ValueInfo output(ValueInfoProto proto) {
    if (!isProvided(proto.getName())) {
      throw new OnnxImportException(
          "graph output " + proto.getName() + " is written by no node of the model");
    }
    return declared.get(proto.getName());
  }

  private ValueInfo capturedInput(String name) {
    return new ValueInfo(name, builder.dtype(name), null);
  }

  private void translateAll(List<NodeProto> nodes) {
    for (NodeProto node : nodes) {
      try {
        translate(node);
      } catch (UnsupportedNodeException e) {
        if (node.getInputList().stream().noneMatch(this::isRefused)) {
          refuse(node, e.getMessage());
        }
        refused.addAll(node.getOutputList());
      } catch (InvalidGraphException e) {
        refuse(node, "its inputs do not fit: " + e.getMessage());
        refused.addAll(node.getOutputList());
      } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
        refuse(node, "its attributes make no sense: " + e.getMessage());
        refused.addAll(node.getOutputList());
      }
    }
  }

  private void translate(NodeProto proto) {
    for (String input : proto.getInputList()) {
      if (!input.isEmpty() && !isProvided(input)) {
        throw new OnnxImportException(
            "node "
                + OnnxNode.label(proto)
                + " ("
                + proto.getOpType()
                + ") reads "
                + input
                + ", which no node before it provides");
      }
    }
    String domain = OnnxNode.domainOf(proto.getDomain());
    OnnxOp op = OnnxOps.find(domain, proto.getOpType());
    FunctionProto function = op == null ? context.functions().of(proto) : null;
    if (function != null) {
      call(function, proto);
      return;
    }
    Long opset = opsets.get(domain);
    if (op == null || opset == null) {
      refuse(
          proto,
          op == null
              ? "Pith does not have this operator"
              : "the model does not say which version of domain " + domain + " it uses");
      refused.addAll(proto.getOutputList());
      return;
    }
    OnnxNode node = new OnnxNode(proto, opset, proto.getInputList(), this);
    builder.baseName(node.name());
    op.translation().translate(node, builder);
    for (String output : proto.getOutputList()) {
      if (!output.isEmpty() && !builder.isDefined(output)) {
        throw node.refuse("its output " + output + " is not supported");
      }
    }
    if (proto.getOpType().equals("Constant")) {
      stored.put(node.output(0), builder.constant(node.output(0)));
    }
  }

  private void call(FunctionProto function, NodeProto call) {
    if (++calls > MAX_CALLS) {
      throw new OnnxImportException(
          "function " + function.getName() + " is called in a circle, or deeper than " + MAX_CALLS);
    }
    Map<String, Long> saved = opsets;
    opsets = Functions.opsets(function);
    translateAll(Functions.inline(function, call, context.names()));
    opsets = saved;
    calls--;
  }

  /**
   * Whether {@code value} exists here; a computed value of an outer graph is captured, a constant
   * of an outer graph becomes one of this graph too.
   */
  private boolean isProvided(String value) {
    if (builder.isDefined(value) || refused.contains(value)) {
      return true;
    }
    if (outer == null || !outer.isProvided(value)) {
      return false;
    }
    Tensor constant = outer.builder.constant(value);
    if (constant != null) {
      builder.define(value, constant);
    } else if (outer.isRefused(value)) {
      refused.add(value);
    } else {
      builder.given(value);
      builder.types().outer(value, outer.builder.types());
      captured.add(value);
    }
    return true;
  }

  private boolean isRefused(String value) {
    return refused.contains(value);
  }

  private void refuse(NodeProto node, String reason) {
    refuse(node.getOpType(), OnnxNode.domainOf(node.getDomain()), OnnxNode.label(node), reason);
  }

  private void refuse(String type, String domain, String name, String reason) {
    context
        .refusals()
        .add(
            new OnnxImportException.Refusal(
                domain, type, opsets.getOrDefault(domain, 0L), name, reason));
  }
}
