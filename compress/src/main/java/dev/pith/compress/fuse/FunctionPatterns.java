package dev.pith.compress.fuse;

import dev.pith.compress.pass.GraphTypes;
import dev.pith.compress.pass.Pass;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TypeTracker;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Activation functions that exporters spell out become one node, which layers can then take in.
 *
 * <p>A product is read as a number times values, through any nesting of MUL and DIV; two values, x
 * and a gate of x, make
 *
 * <ul>
 *   <li>SILU: x · sigmoid(x);
 *   <li>HARD_SWISH: 1/6 · x · clip(x + 3, 0, 6), or x · hardSigmoid(x) with slope 1/6;
 *   <li>GELU: 1/2 · x · (1 + erf(x / √2)).
 * </ul>
 */
public final class FunctionPatterns implements Pass {

  /** Numbers in files are rounded: 1/6 and √2 differ from ours by this part at most. */
  private static final double CLOSE = 1e-5;

  @Override
  public String name() {
    return "function-patterns";
  }

  @Override
  public Graph apply(Graph graph) {
    Search search = new Search(new GraphEditor(graph), GraphTypes.of(graph));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (isProduct(node)) {
        changed |= search.rewrite(node);
      }
    }
    return changed ? search.editor.toGraph() : graph;
  }

  private static boolean isProduct(Node node) {
    return is(node, BinaryFunction.MUL) || is(node, BinaryFunction.DIV);
  }

  private static boolean is(Node node, BinaryFunction function) {
    return node != null && node.op() instanceof Binary binary && binary.function() == function;
  }

  private static boolean is(Node node, UnaryFunction function) {
    return node != null && node.op() instanceof Unary unary && unary.function() == function;
  }

  private static boolean close(double value, double wanted) {
    return Math.abs(value - wanted) <= CLOSE * Math.abs(wanted);
  }

  /** A number times values. */
  private static final class Product {
    private double number = 1;
    private final List<String> values = new ArrayList<>();
  }

  private record Search(GraphEditor editor, TypeTracker types) {

    boolean rewrite(Node node) {
      Product product = product(node.output(0));
      if (product == null || product.values.size() != 2) {
        return false;
      }
      for (int i = 0; i < 2; i++) {
        String x = product.values.get(i);
        UnaryFunction function = function(x, product.values.get(1 - i), product.number);
        if (function != null) {
          editor.replace(new Node(node.name(), Unary.of(function), List.of(x), node.outputs()));
          return true;
        }
      }
      return false;
    }

    private UnaryFunction function(String x, String gate, double number) {
      Node node = editor.producer(gate);
      if (is(node, UnaryFunction.SIGMOID) && node.input(0).equals(x) && close(number, 1)) {
        return UnaryFunction.SILU;
      }
      boolean hard =
          is(node, UnaryFunction.HARD_SIGMOID)
                  && node.input(0).equals(x)
                  && close(((Unary) node.op()).alpha(), 1.0 / 6)
                  && close(((Unary) node.op()).beta(), 0.5)
                  && close(number, 1)
              || is(node, UnaryFunction.CLIP)
                  && ((Unary) node.op()).alpha() == 0
                  && ((Unary) node.op()).beta() == 6
                  && close(number, 1.0 / 6)
                  && x.equals(addend(editor.producer(node.input(0)), 3));
      if (hard) {
        return UnaryFunction.HARD_SWISH;
      }
      String erf = addend(node, 1);
      Node inner = erf == null ? null : editor.producer(erf);
      Product scaled = is(inner, UnaryFunction.ERF) ? product(inner.input(0)) : null;
      boolean gelu =
          scaled != null
              && scaled.values.equals(List.of(x))
              && close(scaled.number, Math.sqrt(0.5))
              && close(number, 0.5);
      return gelu ? UnaryFunction.GELU : null;
    }

    /** The value to which {@code node} adds {@code number}, or {@code null}. */
    private String addend(Node node, double number) {
      if (!is(node, BinaryFunction.ADD)) {
        return null;
      }
      for (int i = 0; i < 2; i++) {
        Double constant = number(node.input(i), node.input(1 - i));
        if (constant != null && close(constant, number)) {
          return node.input(1 - i);
        }
      }
      return null;
    }

    /** The value as a product, or {@code null} if it divides by more than a number. */
    private Product product(String value) {
      Product product = new Product();
      return collect(value, product, 3) ? product : null;
    }

    private boolean collect(String value, Product product, int depth) {
      Node node = editor.producer(value);
      if (node == null || !isProduct(node) || depth == 0) {
        product.values.add(value);
        return true;
      }
      Double right = number(node.input(1), node.input(0));
      if (right != null) {
        product.number *= is(node, BinaryFunction.DIV) ? 1 / right : right;
        return collect(node.input(0), product, depth - 1);
      }
      if (is(node, BinaryFunction.DIV)) {
        return false;
      }
      Double left = number(node.input(0), node.input(1));
      if (left != null) {
        product.number *= left;
      }
      return (left != null || collect(node.input(0), product, depth - 1))
          && collect(node.input(1), product, depth - 1);
    }

    /** The number {@code value} is, if it is one and leaves the shape of {@code beside} alone. */
    private Double number(String value, String beside) {
      Tensor constant = types.value(value);
      return constant != null
              && constant.dtype().isFloat()
              && constant.shape().elementCount() == 1
              && constant.shape().rank() <= Math.max(0, types.rank(beside))
          ? constant.getDouble(0)
          : null;
    }
  }
}
