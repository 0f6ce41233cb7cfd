package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The functions a model defines for itself, and their bodies as seen by a call. */
final class Functions {

  private final Map<String, FunctionProto> functions = new HashMap<>();

  Functions(ModelProto model) {
    for (FunctionProto function : model.getFunctionsList()) {
      functions.put(
          key(function.getDomain(), function.getName(), function.getOverload()), function);
    }
  }

  private static String key(String domain, String name, String overload) {
    return OnnxNode.domainOf(domain) + "::" + name + "::" + overload;
  }

  /** The function a node calls, or {@code null} if it calls none. */
  FunctionProto of(NodeProto call) {
    return functions.get(key(call.getDomain(), call.getOpType(), call.getOverload()));
  }

  /** Versions of the operator sets a function's body uses, by domain. */
  static Map<String, Long> opsets(FunctionProto function) {
    return function.getOpsetImportList().stream()
        .collect(
            Collectors.toMap(
                set -> OnnxNode.domainOf(set.getDomain()), set -> set.getVersion(), (a, b) -> b));
  }

  /**
   * The nodes of {@code function} with the caller's names and attributes put in.
   *
   * @param names names in use; those of the body's own values are added
   */
  static List<NodeProto> inline(FunctionProto function, NodeProto call, Set<String> names) {
    Map<String, String> renamed = new HashMap<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      renamed.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
    }
    Inlining inlining =
        new Inlining(OnnxNode.label(call), renamed, attributes(function, call), names);
    List<NodeProto> body = new java.util.ArrayList<>();
    for (int i = 0; i < Math.min(function.getOutputCount(), call.getOutputCount()); i++) {
      String inner = function.getOutput(i);
      String outer = call.getOutput(i);
      if (outer.isEmpty()) {
        continue;
      }
      if (renamed.containsKey(inner)) {
        // The output is an input, or is returned twice.
        body.add(
            NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(renamed.get(inner))
                .addOutput(outer)
                .build());
      } else {
        renamed.put(inner, outer);
      }
    }
    body.addAll(0, function.getNodeList().stream().map(inlining::node).toList());
    return body;
  }

  private static Map<String, AttributeProto> attributes(FunctionProto function, NodeProto call) {
    Map<String, AttributeProto> attributes = new HashMap<>();
    function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    return attributes;
  }

  /** One call's names and attributes. */
  private record Inlining(
      String prefix,
      Map<String, String> renamed,
      Map<String, AttributeProto> attributes,
      Set<String> names) {

    String name(String inner) {
      if (inner.isEmpty()) {
        return inner;
      }
      String known = renamed.get(inner);
      if (known == null) {
        String stem = prefix + "/" + inner;
        known = stem;
        for (int i = 1; !names.add(known); i++) {
          known = stem + "_" + i;
        }
        renamed.put(inner, known);
      }
      return known;
    }

    NodeProto node(NodeProto inner) {
      NodeProto.Builder outer =
          inner.toBuilder()
              .setName(prefix + "/" + OnnxNode.label(inner))
              .clearInput()
              .clearOutput()
              .clearAttribute();
      inner.getInputList().forEach(input -> outer.addInput(name(input)));
      inner.getOutputList().forEach(output -> outer.addOutput(name(output)));
      for (AttributeProto attribute : inner.getAttributeList()) {
        AttributeProto bound = bind(attribute);
        if (bound != null) {
          outer.addAttribute(bound);
        }
      }
      return outer.build();
    }

    /** The attribute with the caller's value; {@code null} where the caller leaves it out. */
    private AttributeProto bind(AttributeProto attribute) {
      if (!attribute.getRefAttrName().isEmpty()) {
        AttributeProto given = attributes.get(attribute.getRefAttrName());
        return given == null ? null : given.toBuilder().setName(attribute.getName()).build();
      }
      return attribute.hasG()
          ? attribute.toBuilder().setG(graph(attribute.getG())).build()
          : attribute;
    }

    private GraphProto graph(GraphProto inner) {
      GraphProto.Builder outer = inner.toBuilder();
      for (int i = 0; i < inner.getInputCount(); i++) {
        outer.getInputBuilder(i).setName(name(inner.getInput(i).getName()));
      }
      for (int i = 0; i < inner.getInitializerCount(); i++) {
        outer.getInitializerBuilder(i).setName(name(inner.getInitializer(i).getName()));
      }
      outer.clearNode();
      inner.getNodeList().forEach(node -> outer.addNode(node(node)));
      for (int i = 0; i < inner.getOutputCount(); i++) {
        outer.getOutputBuilder(i).setName(name(inner.getOutput(i).getName()));
      }
      return outer.clearValueInfo().build();
    }
  }
}
