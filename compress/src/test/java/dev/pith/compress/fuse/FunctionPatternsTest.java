package dev.pith.compress.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Unary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionPatternsTest {

  private static final ValueInfo X = new ValueInfo("x", DType.F32, List.of(Dim.of(2), Dim.of(3)));
  private static final ValueInfo Y = new ValueInfo("y", DType.F32, X.dims());

  private static Node node(Op op, String output, String... inputs) {
    return new Node(output, op, List.of(inputs), List.of(output));
  }

  private static Node mul(String output, String a, String b) {
    return node(new Binary(BinaryFunction.MUL), output, a, b);
  }

  private static Node div(String output, String a, String b) {
    return node(new Binary(BinaryFunction.DIV), output, a, b);
  }

  private static Node add(String output, String a, String b) {
    return node(new Binary(BinaryFunction.ADD), output, a, b);
  }

  private static Graph graph(Map<String, Float> numbers, Node... nodes) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    numbers.forEach((name, value) -> constants.put(name, Tensor.scalar(value)));
    return new Graph("g", List.of(X), List.of(Y), List.of(nodes), constants);
  }

  private static void becomes(UnaryFunction function, Graph graph) {
    Graph done = new FunctionPatterns().apply(graph);
    assertEquals(
        List.of(new Node("y", Unary.of(function), List.of("x"), List.of("y"))), done.nodes());
    assertEquals(Map.of(), done.constants());
  }

  @Test
  void sigmoidGates() {
    Node sigmoid = node(Unary.of(UnaryFunction.SIGMOID), "s", "x");
    becomes(UnaryFunction.SILU, graph(Map.of(), sigmoid, mul("y", "x", "s")));
    becomes(UnaryFunction.SILU, graph(Map.of(), sigmoid, mul("y", "s", "x")));
    Graph doubled = graph(Map.of("two", 2f), sigmoid, mul("t", "x", "s"), mul("y", "t", "two"));
    List<Node> left = new FunctionPatterns().apply(doubled).nodes();
    assertEquals(2, left.size());
    assertEquals(Unary.of(UnaryFunction.SILU), left.get(0).op());
    Graph square = graph(Map.of(), sigmoid, mul("y", "s", "s"));
    assertSame(square, new FunctionPatterns().apply(square));
  }

  @Test
  void hardSwishes() {
    Map<String, Float> numbers = Map.of("three", 3f, "six", 6f);
    Node sum = add("a", "three", "x");
    Node clip = node(new Unary(UnaryFunction.CLIP, 0, 6), "c", "a");
    becomes(
        UnaryFunction.HARD_SWISH,
        graph(numbers, sum, clip, mul("m", "x", "c"), div("y", "m", "six")));
    becomes(
        UnaryFunction.HARD_SWISH,
        graph(numbers, sum, clip, div("d", "c", "six"), mul("y", "d", "x")));
    Node gate = node(new Unary(UnaryFunction.HARD_SIGMOID, 1f / 6, 0.5f), "h", "x");
    becomes(UnaryFunction.HARD_SWISH, graph(Map.of(), gate, mul("y", "x", "h")));
    Node other = node(new Unary(UnaryFunction.HARD_SIGMOID, 0.2f, 0.5f), "h", "x");
    Graph close = graph(Map.of(), other, mul("y", "x", "h"));
    assertSame(close, new FunctionPatterns().apply(close));
  }

  @Test
  void gaussianErrorUnits() {
    Map<String, Float> numbers = Map.of("root", 1.4142135f, "one", 1f, "half", 0.5f);
    Node scaled = div("d", "x", "root");
    Node erf = node(Unary.of(UnaryFunction.ERF), "e", "d");
    Node sum = add("a", "e", "one");
    becomes(
        UnaryFunction.GELU,
        graph(numbers, scaled, erf, sum, mul("m", "x", "a"), mul("y", "m", "half")));
    becomes(
        UnaryFunction.GELU,
        graph(numbers, scaled, erf, sum, mul("m", "half", "x"), mul("y", "m", "a")));
  }
}
