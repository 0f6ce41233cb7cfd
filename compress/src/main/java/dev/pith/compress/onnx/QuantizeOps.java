package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.DynamicQuantizeLinear;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.QuantizeLinear;
import java.util.List;

/** Conversions between floating-point numbers and quantized integers. */
final class QuantizeOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("QuantizeLinear", QuantizeOps::quantize),
          OnnxOp.microsoft("QuantizeLinear", QuantizeOps::quantize),
          OnnxOp.of("DequantizeLinear", QuantizeOps::dequantize),
          OnnxOp.microsoft("DequantizeLinear", QuantizeOps::dequantize),
          OnnxOp.of(
              "DynamicQuantizeLinear",
              (node, graph) -> {
                String x = node.input(0);
                graph.write(new DynamicQuantizeLinear(), List.of(x), threeOutputs(node, graph));
              }));

  private QuantizeOps() {}

  private static List<String> threeOutputs(OnnxNode node, GraphBuilder graph) {
    return List.of(output(node, graph, 0), output(node, graph, 1), output(node, graph, 2));
  }

  private static String output(OnnxNode node, GraphBuilder graph, int index) {
    return node.hasOutput(index) ? node.output(index) : graph.fresh(node.name() + "_unused");
  }

  private static void quantize(OnnxNode node, GraphBuilder graph) {
    DType output = node.dtype("output_dtype", DType.U8);
    if (node.hasInput(2)) {
      output = node.dtype(2);
      if (output == null) {
        throw node.refuse("the type of its zero point (input 2) cannot be found");
      }
    }
    Scale scale = Scale.of(node, 1, 2);
    long block = node.integer("block_size", 0);
    boolean plain =
        scale != null
            && scale.scale() > 0
            && block == 0
            && node.dtype(0) == DType.F32
            && (output == DType.U8 || output == DType.I8);
    if (plain) {
      graph.output(node, new Quantize(output, scale.scale(), scale.zeroPoint()), node.input(0));
      return;
    }
    DType precision = node.dtype("precision", node.dtype(1) == null ? DType.F32 : node.dtype(1));
    graph.same(node, new QuantizeLinear(node.integer("axis", 1), block, output, precision));
  }

  private static void dequantize(OnnxNode node, GraphBuilder graph) {
    DType input = node.dtype(0);
    DType output = node.dtype("output_dtype", node.dtype(1) == null ? DType.F32 : node.dtype(1));
    Scale scale = Scale.of(node, 1, 2);
    long block = node.integer("block_size", 0);
    boolean plain =
        scale != null
            && scale.scale() > 0
            && block == 0
            && output == DType.F32
            && (input == DType.U8 || input == DType.I8 || input == DType.I32);
    if (plain) {
      graph.output(node, new Dequantize(scale.scale(), scale.zeroPoint()), node.input(0));
      return;
    }
    graph.same(node, new DequantizeLinear(node.integer("axis", 1), block, output));
  }
}
