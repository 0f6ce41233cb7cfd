package dev.pith.compress.export;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.DynamicQuantizeLinear;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLinearMatMul;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.QMul;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.QuantizeLinear;
import java.util.List;

/**
 * 8-bit operations as DequantizeLinear, floating-point operation, QuantizeLinear: the form from
 * which engines choose their int8 kernels. Weights stay int8 with a scale for each channel, biases
 * int32 with the scale of input times weight.
 */
final class QuantizedExport {

  static final List<ExportRule> ALL =
      List.of(
          ExportRule.partly(
              QConv.class, (op, node, model) -> layer(node, model, op.window(), op.requantize())),
          ExportRule.partly(
              QLinear.class, (op, node, model) -> layer(node, model, null, op.requantize())),
          ExportRule.of(QAdd.class, QuantizedExport::add),
          ExportRule.of(QMul.class, QuantizedExport::multiply),
          ExportRule.of(QConcat.class, QuantizedExport::concat),
          ExportRule.of(QAveragePool.class, QuantizedExport::average),
          ExportRule.of(QGlobalAveragePool.class, QuantizedExport::globalAverage),
          ExportRule.of(QLookup.class, QuantizedExport::lookup),
          ExportRule.of(Quantize.class, QuantizedExport::quantize),
          ExportRule.of(Dequantize.class, QuantizedExport::dequantize),
          ExportRule.partly(QuantizeLinear.class, QuantizedExport::quantizeLinear),
          ExportRule.partly(DequantizeLinear.class, QuantizedExport::dequantizeLinear),
          ExportRule.same(DynamicQuantizeLinear.class, "DynamicQuantizeLinear"),
          ExportRule.same(QLinearMatMul.class, "QLinearMatMul"));

  private QuantizedExport() {}

  private static String byteScalar(ExportContext model, String base, DType dtype, int value) {
    return model.scalar(base, dtype, value);
  }

  /** The real form of a U8 value. */
  private static String real(Node node, int index, int zeroPoint, ExportContext model) {
    String x = node.input(index);
    String base = node.name() + "_in" + index;
    return model.node(
        "DequantizeLinear",
        base,
        Attributes.none(),
        model.use(x),
        model.scalar(base + "_scale", DType.F32, model.scale(x)),
        byteScalar(model, base + "_zero", DType.U8, zeroPoint));
  }

  /** Clamps a real value as the stored limits do, and quantizes it to the node's output. */
  private static void store(
      Node node, String real, int zeroPoint, int low, int high, ExportContext model) {
    String y = node.output(0);
    float scale = model.scale(y);
    String clamped = real;
    if (low == zeroPoint && low > 0 && high == 255) {
      clamped = model.node("Relu", y + "_relu", Attributes.none(), real);
    } else if (low > 0 || high < 255) {
      clamped =
          model.node(
              "Clip",
              y + "_clip",
              Attributes.none(),
              real,
              model.scalar(y + "_low", DType.F32, (low - zeroPoint) * scale),
              model.scalar(y + "_high", DType.F32, (high - zeroPoint) * scale));
    }
    model.node(
        "QuantizeLinear",
        model.freshName(y + "_quantize"),
        List.of(
            clamped,
            model.scalar(y + "_scale", DType.F32, scale),
            byteScalar(model, y + "_zero", DType.U8, zeroPoint)),
        List.of(y),
        Attributes.none());
  }

  private static String layer(
      Node node, ExportContext model, ConvWindow window, Requantize requantize) {
    Tensor weight = model.constant(node.input(1));
    Tensor ratios = model.constant(node.input(2));
    Tensor bias = model.constant(node.input(3));
    if (weight == null || ratios == null || node.hasInput(3) && bias == null) {
      return "its weight, scale or bias is computed";
    }
    if (requantize.output() == DType.I8) {
      return "its output is I8, and exported activations are U8";
    }
    boolean toFloat = requantize.output() == DType.F32;
    double in = model.scale(node.input(0));
    double out = toFloat ? 1 : model.scale(node.output(0));
    int rows = (int) weight.rows();
    float[] scales = new float[rows];
    float[] biasScales = new float[rows];
    for (int row = 0; row < rows; row++) {
      scales[row] = (float) (ratios.getDouble(row) * out / in);
      biasScales[row] = (float) (in * scales[row]);
    }
    boolean gemm = window == null && model.rank(node.input(0)) == 2;
    String x = real(node, 0, requantize.inputZeroPoint(), model);
    Tensor real = Tensor.of(scales, rows);
    String w = LayerExport.weight(node, model, weight, window, gemm, real);
    String b = "";
    if (bias != null) {
      String base = node.input(3);
      b =
          model.node(
              "DequantizeLinear",
              base + "_real",
              Attributes.none().integer("axis", 0),
              model.use(base),
              model.add(base + "_scale", Tensor.of(biasScales, rows)),
              model.add(base + "_zero", Tensor.of(new int[rows], rows)));
    }
    String y = toFloat ? node.output(0) : "";
    y = LayerExport.product(node, model, window, gemm, y, x, w, b);
    if (!toFloat) {
      store(node, y, requantize.zeroPoint(), requantize.low(), requantize.high(), model);
    }
    return null;
  }

  private static void add(QAdd op, Node node, ExportContext model) {
    String a = real(node, 0, op.aZeroPoint(), model);
    String b = real(node, 1, op.bZeroPoint(), model);
    String sum = model.node("Add", node.output(0) + "_real", Attributes.none(), a, b);
    store(node, sum, op.zeroPoint(), op.low(), op.high(), model);
  }

  private static void multiply(QMul op, Node node, ExportContext model) {
    String a = real(node, 0, op.aZeroPoint(), model);
    String b = real(node, 1, op.bZeroPoint(), model);
    String product = model.node("Mul", node.output(0) + "_real", Attributes.none(), a, b);
    store(node, product, op.zeroPoint(), op.low(), op.high(), model);
  }

  private static void concat(QConcat op, Node node, ExportContext model) {
    String[] inputs = new String[node.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = real(node, i, op.zeroPoints().get(i), model);
    }
    Attributes axis = Attributes.none().integer("axis", op.axis());
    String joined = model.node("Concat", node.output(0) + "_real", axis, inputs);
    store(node, joined, op.zeroPoint(), 0, 255, model);
  }

  private static void average(QAveragePool op, Node node, ExportContext model) {
    Attributes attributes =
        MovementExport.window(op.kernel(), op.window())
            .flag("ceil_mode", op.ceilMode())
            .flag("count_include_pad", op.countPadding());
    String x = real(node, 0, op.inputZeroPoint(), model);
    String y = model.node("AveragePool", node.output(0) + "_real", attributes, x);
    store(node, y, op.zeroPoint(), op.low(), op.high(), model);
  }

  private static void globalAverage(QGlobalAveragePool op, Node node, ExportContext model) {
    String x = real(node, 0, op.inputZeroPoint(), model);
    String y = model.node("GlobalAveragePool", node.output(0) + "_real", Attributes.none(), x);
    store(node, y, op.zeroPoint(), op.low(), op.high(), model);
  }

  /** Any function of 256 values: the stored value is an index into its table. */
  private static void lookup(QLookup op, Node node, ExportContext model) {
    Attributes type = Attributes.none().integer("to", ExportContext.number(DType.I32));
    String index = model.node("Cast", node.name() + "_index", type, model.use(node.input(0)));
    model.output("Gather", node, Attributes.none(), model.use(node.input(1)), index);
  }

  private static void quantize(Quantize op, Node node, ExportContext model) {
    model.output(
        "QuantizeLinear",
        node,
        Attributes.none(),
        model.use(node.input(0)),
        model.scalar(node.name() + "_scale", DType.F32, op.scale()),
        byteScalar(model, node.name() + "_zero", op.dtype(), op.zeroPoint()));
  }

  private static void dequantize(Dequantize op, Node node, ExportContext model) {
    model.output(
        "DequantizeLinear",
        node,
        Attributes.none(),
        model.use(node.input(0)),
        model.scalar(node.name() + "_scale", DType.F32, op.scale()),
        byteScalar(model, node.name() + "_zero", model.dtype(node.input(0)), op.zeroPoint()));
  }

  private static String quantizeLinear(QuantizeLinear op, Node node, ExportContext model) {
    boolean bytes = op.dtype() == DType.U8 || op.dtype() == DType.I8;
    if (op.blockSize() != 0 || !bytes || op.precision() != DType.F32) {
      return "blocks, types other than U8 and I8, and precisions other than F32 need opset 21";
    }
    model.same(node, "QuantizeLinear", Attributes.none().integer("axis", op.axis()));
    return null;
  }

  private static String dequantizeLinear(DequantizeLinear op, Node node, ExportContext model) {
    if (op.blockSize() != 0) {
      return "blocks need opset 21";
    }
    model.same(node, "DequantizeLinear", Attributes.none().integer("axis", op.axis()));
    return null;
  }
}
