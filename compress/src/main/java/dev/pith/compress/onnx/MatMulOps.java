package dev.pith.compress.onnx;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.MatMulInteger;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.List;

/** Matrix products. Layers with constant weights become Linear in a pass. */
final class MatMulOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("MatMul", MatMulOps::matMul),
          OnnxOp.of("Gemm", MatMulOps::gemm),
          OnnxOp.microsoft("FusedMatMul", MatMulOps::fusedMatMul),
          OnnxOp.microsoft("TransposeMatMul", MatMulOps::fusedMatMul),
          OnnxOp.of("MatMulInteger", MatMulOps::matMulInteger));

  private MatMulOps() {}

  private static void matMul(OnnxNode node, GraphBuilder graph) {
    product(node, graph, new MatMul(false, false, 1));
  }

  private static void fusedMatMul(OnnxNode node, GraphBuilder graph) {
    if (node.flag("transBatchA", false) || node.flag("transBatchB", false)) {
      throw node.refuse("transBatchA and transBatchB are not supported");
    }
    boolean transposeA = node.flag("transA", false) && node.requireRank(0) > 1;
    boolean transposeB = node.flag("transB", false) && node.requireRank(1) > 1;
    product(node, graph, new MatMul(transposeA, transposeB, node.floating("alpha", 1)));
  }

  /** Vectors are seen as matrices; the extent that was added is taken away from the result. */
  private static void product(OnnxNode node, GraphBuilder graph, MatMul op) {
    int rankA = node.requireRank(0);
    int rankB = node.requireRank(1);
    if (rankA == 0 || rankB == 0) {
      throw node.refuse("one of its inputs is a scalar");
    }
    if (rankA > 1 && rankB > 1) {
      graph.write(op, node.inputs().subList(0, 2), List.of(node.output(0)));
      return;
    }
    String a = rankA == 1 ? reshaped(graph, node.input(0), 1, -1) : node.input(0);
    String b = rankB == 1 ? reshaped(graph, node.input(1), -1, 1) : node.input(1);
    String matrix = graph.add(op, a, b);
    String shape = graph.longs(withoutOnes(rankA, rankB));
    graph.output(node, new Reshape(false), matrix, shape);
  }

  /** The value in another shape. */
  static String reshaped(GraphBuilder graph, String value, long... shape) {
    return graph.add(new Reshape(false), value, graph.longs(shape));
  }

  /** Target of the Reshape that drops the extents of vectors: leading extents, then one more. */
  static long[] withoutOnes(int rankA, int rankB) {
    if (rankA == 1 && rankB == 1) {
      return new long[0];
    }
    long[] shape = new long[Math.max(rankA, rankB) - 1];
    shape[shape.length - 1] = -1;
    return shape;
  }

  private static void gemm(OnnxNode node, GraphBuilder graph) {
    MatMul op =
        new MatMul(
            node.flag("transA", false), node.flag("transB", false), node.floating("alpha", 1));
    float beta = node.floating("beta", 1);
    List<String> factors = node.inputs().subList(0, 2);
    if (!node.hasInput(2) || beta == 0) {
      graph.write(op, factors, List.of(node.output(0)));
      return;
    }
    String product = graph.add(op, factors, 1).get(0);
    graph.output(node, new Binary(BinaryFunction.ADD), product, scaled(node, graph, beta));
  }

  private static String scaled(OnnxNode node, GraphBuilder graph, float beta) {
    String bias = node.input(2);
    if (beta == 1) {
      return bias;
    }
    DType dtype = node.dtype(2);
    if (dtype == null) {
      throw node.refuse("the type of its input 2 cannot be found");
    }
    return graph.add(new Binary(BinaryFunction.MUL), bias, graph.scalar(dtype, beta));
  }

  private static void matMulInteger(OnnxNode node, GraphBuilder graph) {
    int rankA = node.requireRank(0);
    int rankB = node.requireRank(1);
    if (rankA > 1 && rankB > 1) {
      graph.same(node, new MatMulInteger());
      return;
    }
    String[] inputs = node.inputs().toArray(new String[0]);
    inputs[0] = rankA == 1 ? reshaped(graph, inputs[0], 1, -1) : inputs[0];
    inputs[1] = rankB == 1 ? reshaped(graph, inputs[1], -1, 1) : inputs[1];
    for (int i = 2; i < inputs.length; i++) {
      Tensor zero = node.constant(i);
      if (node.hasInput(i) && (zero == null || !Scale.isSingle(zero))) {
        throw node.refuse("a vector with a zero point that is not one constant is not supported");
      }
    }
    String matrix = graph.add(new MatMulInteger(), inputs);
    graph.output(node, new Reshape(false), matrix, graph.longs(withoutOnes(rankA, rankB)));
  }
}
