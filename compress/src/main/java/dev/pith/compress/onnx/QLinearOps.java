package dev.pith.compress.onnx;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.quantized.AccumulatorBound;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLinearConv;
import dev.pith.runtime.graph.ops.QLinearMatMul;
import dev.pith.runtime.graph.ops.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers on quantized integers. ONNX's own become its general forms, which passes make into the
 * operations Pith quantizes to itself; QGemm becomes one of those at once.
 */
final class QLinearOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("QLinearConv", QLinearOps::conv),
          OnnxOp.microsoft("QLinearConv", QLinearOps::conv),
          OnnxOp.of("QLinearMatMul", QLinearOps::matMul),
          OnnxOp.microsoft("QGemm", QLinearOps::gemm));

  private QLinearOps() {}

  private static void conv(OnnxNode node, GraphBuilder graph) {
    if (node.integer("channels_last", 0) != 0) {
      throw node.refuse("channels_last is not supported; export the model with channels first");
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(3, ConvOps.weight(node, graph, 3));
    graph.write(new QLinearConv(Windows.of(node, 3)), inputs, node.outputs());
  }

  private static void write(
      OnnxNode node, GraphBuilder graph, Layer layer, String weight, String bias) {
    Tensor matrix = graph.constant(weight);
    int rows = Math.toIntExact(matrix.rows());
    float[] scales = layer.ratios(rows);
    if (scales == null) {
      throw node.refuse(
          "it has " + layer.weightScales().length + " weight scales for " + rows + " outputs");
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(node.input(0));
    inputs.add(weight);
    inputs.add(graph.constant(Tensor.of(scales, rows)));
    if (!bias.isEmpty()) {
      inputs.add(bias);
    }
    graph.write(new QLinear(layer.requantize()), inputs, List.of(node.output(0)));
  }

  private static void matMul(OnnxNode node, GraphBuilder graph) {
    int rankA = node.requireRank(0);
    int rankB = node.requireRank(3);
    if (rankA > 1 && rankB > 1) {
      graph.same(node, new QLinearMatMul());
      return;
    }
    String[] inputs = node.inputs().toArray(new String[0]);
    for (int place : new int[] {1, 2, 4, 5}) {
      Tensor constant = node.constant(place);
      int rank = place < 3 ? rankA : rankB;
      if (rank == 1 && (constant == null || !Scale.isSingle(constant))) {
        throw node.refuse(
            "a vector with a scale or zero point (input "
                + place
                + ") that is not one constant is not supported");
      }
    }
    inputs[0] = rankA == 1 ? MatMulOps.reshaped(graph, inputs[0], 1, -1) : inputs[0];
    inputs[3] = rankB == 1 ? MatMulOps.reshaped(graph, inputs[3], -1, 1) : inputs[3];
    String matrix = graph.add(new QLinearMatMul(), inputs);
    String shape = graph.longs(MatMulOps.withoutOnes(rankA, rankB));
    graph.output(node, new Reshape(false), matrix, shape);
  }

  private static void gemm(OnnxNode node, GraphBuilder graph) {
    Layer layer = Layer.of(node, 7, 8);
    Tensor bias = node.constant(6);
    if (layer == null
        || node.flag("transA", false)
        || node.floating("alpha", 1) != 1
        || node.hasInput(6) && bias == null) {
      throw node.refuse(
          "only U8 inputs with constant symmetric I8 weights, and no transA or alpha, are"
              + " supported");
    }
    String weight =
        node.flag("transB", false)
            ? node.input(3)
            : graph.reordered(node.input(3), "transposed", WeightOrder::transposed);
    AccumulatorBound.check(graph.constant(weight), bias);
    String vector = "";
    if (bias != null) {
      vector = graph.constant(bias.reshaped(Shape.of(bias.shape().elementCount())));
    }
    write(node, graph, layer, weight, vector);
  }

  /**
   * The constants of a layer with inputs x, sx, zx, w, sw, zw.
   *
   * @param inputScale sx
   * @param weightScales sw: one, or one for each output
   * @param outputScale sy; 0 for a floating-point result
   * @param requantize zero points and range
   */
  private record Layer(
      float inputScale, float[] weightScales, float outputScale, Requantize requantize) {

    /** The layer's constants, or {@code null} where the general form is needed. */
    static Layer of(OnnxNode node, int scale, int zeroPoint) {
      Scale x = Scale.of(node, 1, 2);
      Tensor weight = node.constant(3);
      Tensor weightScale = node.constant(4);
      Tensor weightZero = node.constant(5);
      boolean symmetric =
          weight != null
              && weight.dtype() == DType.I8
              && weightScale != null
              && weightScale.dtype() == DType.F32
              && (weightZero != null ? isZero(weightZero) : !node.hasInput(5));
      if (x == null || x.dtype() != DType.U8 || !symmetric) {
        return null;
      }
      if (!node.hasInput(scale)) {
        Requantize toFloat = new Requantize(DType.F32, x.zeroPoint(), 0, 0, 0);
        return new Layer(x.scale(), weightScale.toFloats(), 0, toFloat);
      }
      Scale y = Scale.of(node, scale, zeroPoint);
      if (y == null || y.dtype() != DType.U8 && y.dtype() != DType.I8) {
        return null;
      }
      int low = y.dtype() == DType.U8 ? 0 : -128;
      Requantize requantize =
          new Requantize(y.dtype(), x.zeroPoint(), y.zeroPoint(), low, low + 255);
      return new Layer(x.scale(), weightScale.toFloats(), y.scale(), requantize);
    }

    private static boolean isZero(Tensor zeroPoints) {
      for (long value : zeroPoints.toLongs()) {
        if (value != 0) {
          return false;
        }
      }
      return true;
    }

    boolean fits(long rows) {
      return weightScales.length == 1 || weightScales.length == rows;
    }

    /** fl(fl(sx · sw) / sy) for each output, or {@code null} if there are too many or few sw. */
    float[] ratios(int rows) {
      if (!fits(rows)) {
        return null;
      }
      float[] ratios = new float[rows];
      for (int row = 0; row < rows; row++) {
        float product = inputScale * weightScales[weightScales.length == 1 ? 0 : row];
        ratios[row] = outputScale == 0 ? product : product / outputScale;
      }
      return ratios;
    }
  }
}
