package dev.pith.compress.export;

import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.DynamicConv;
import dev.pith.runtime.graph.ops.DynamicLinear;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions, linear layers and matrix products in floating point. Int8 weights are written as
 * such behind DequantizeLinear, those of dynamic layers too: ONNX's dynamic quantization measures
 * ranges over the whole batch and not over rows, so activations stay in floating point there.
 */
final class LayerExport {

  static final List<ExportRule> ALL =
      List.of(
          ExportRule.partly(Conv.class, LayerExport::conv),
          ExportRule.partly(Linear.class, LayerExport::linear),
          ExportRule.partly(DynamicConv.class, LayerExport::dynamicConv),
          ExportRule.partly(DynamicLinear.class, LayerExport::dynamicLinear),
          ExportRule.partly(MatMul.class, LayerExport::matMul));

  private LayerExport() {}

  private static String conv(Conv op, Node node, ExportContext model) {
    return layer(node, model, op.window(), op.activation(), 2, null);
  }

  private static String linear(Linear op, Node node, ExportContext model) {
    return layer(node, model, null, op.activation(), 2, null);
  }

  private static String dynamicConv(DynamicConv op, Node node, ExportContext model) {
    return layer(node, model, op.window(), op.activation(), 3, model.constant(node.input(2)));
  }

  private static String dynamicLinear(DynamicLinear op, Node node, ExportContext model) {
    return layer(node, model, null, op.activation(), 3, model.constant(node.input(2)));
  }

  private static String layer(
      Node node,
      ExportContext model,
      ConvWindow window,
      Activation activation,
      int bias,
      Tensor scales) {
    Tensor weight = model.constant(node.input(1));
    if (weight == null) {
      return "its weight is computed";
    }
    if (model.rank(node.input(0)) < 0) {
      return "the rank of its input depends on data";
    }
    boolean last = activation.kind() == Activation.Kind.NONE && !node.hasInput(bias + 1);
    String x = model.use(node.input(0));
    boolean gemm = window == null && model.rank(node.input(0)) == 2;
    String w = weight(node, model, weight, window, gemm, scales);
    String b = node.hasInput(bias) ? model.use(node.input(bias)) : "";
    String y = product(node, model, window, gemm, last ? node.output(0) : "", x, w, b);
    if (node.hasInput(bias + 1)) {
      boolean end = activation.kind() == Activation.Kind.NONE;
      y = then(node, model, "Add", end, y, model.use(node.input(bias + 1)));
    }
    if (activation.kind() != Activation.Kind.NONE) {
      UnaryFunction function = UnaryFunction.valueOf(activation.kind().name());
      FunctionExport.unary(
          function, activation.alpha(), activation.beta(), node, node.output(0), y, model);
    }
    return null;
  }

  private static String then(
      Node node, ExportContext model, String onnx, boolean end, String... inputs) {
    if (end) {
      model.node(
          onnx,
          model.freshName(node.name() + "_" + onnx),
          List.of(inputs),
          List.of(node.output(0)),
          Attributes.none());
      return node.output(0);
    }
    return model.node(onnx, node.output(0) + "_" + onnx, Attributes.none(), inputs);
  }

  /** The product with its bias; {@code output} is empty for a fresh name. Returns its name. */
  static String product(
      Node node,
      ExportContext model,
      ConvWindow window,
      boolean gemm,
      String output,
      String x,
      String w,
      String b) {
    String y = output.isEmpty() ? model.freshName(node.output(0) + "_product") : output;
    if (window != null) {
      model.node("Conv", node.name(), List.of(x, w, b), List.of(y), attributes(window));
    } else if (gemm) {
      Attributes transposed = Attributes.none().integer("transB", 1);
      model.node("Gemm", node.name(), List.of(x, w, b), List.of(y), transposed);
    } else if (b.isEmpty()) {
      model.node("MatMul", node.name(), List.of(x, w), List.of(y), Attributes.none());
    } else {
      String plain = model.freshName(node.output(0) + "_plain");
      model.node("MatMul", node.name(), List.of(x, w), List.of(plain), Attributes.none());
      String add = model.freshName(node.name() + "_bias");
      model.node("Add", add, List.of(plain, b), List.of(y), Attributes.none());
    }
    return y;
  }

  /** Name of the weight in ONNX's order, dequantized where it is int8. */
  static String weight(
      Node node,
      ExportContext model,
      Tensor weight,
      ConvWindow window,
      boolean gemm,
      Tensor scales) {
    Tensor ordered = window != null ? channelsFirst(weight) : gemm ? weight : transposed(weight);
    if (weight.dtype().isFloat()) {
      return model.add(node.input(1) + "_onnx", converted(ordered, model.dtype(node.input(0))));
    }
    String name = model.add(node.input(1) + "_onnx", ordered);
    Tensor real = scales == null ? scales(weight) : scales;
    String scale = model.add(node.input(1) + "_scale", real);
    int axis = window != null || gemm ? 0 : 1;
    String zero =
        model.add(
            node.input(1) + "_zero",
            Tensor.ofBytes(DType.I8, new byte[(int) weight.rows()], weight.rows()));
    return model.node(
        "DequantizeLinear",
        node.input(1) + "_real",
        Attributes.none().integer("axis", axis),
        name,
        scale,
        zero);
  }

  /** ONNX multiplies numbers of one type only; Pith's weights may be narrower than activations. */
  private static Tensor converted(Tensor weight, DType dtype) {
    if (dtype == null || weight.dtype() == dtype) {
      return weight;
    }
    Tensor wide = Tensor.allocate(Arena.ofAuto(), dtype, weight.shape());
    for (long i = 0; i < weight.shape().elementCount(); i++) {
      Elements.setDouble(dtype, wide.values(), i, weight.getDouble(i));
    }
    return wide;
  }

  /** The scales an int8 weight carries; 1 for a weight that stands for itself. */
  static Tensor scales(Tensor weight) {
    float[] scales = new float[Math.toIntExact(weight.rows())];
    java.util.Arrays.fill(scales, 1);
    if (weight.quantization() instanceof Quantization.Affine affine) {
      for (int i = 0; i < scales.length; i++) {
        scales[i] = affine.scales().get(affine.scales().size() == 1 ? 0 : i);
      }
    }
    return Tensor.of(scales, scales.length);
  }

  static Attributes attributes(ConvWindow window) {
    List<Long> pads = new ArrayList<>(window.padsBegin());
    pads.addAll(window.padsEnd());
    return Attributes.none()
        .integers("strides", window.strides())
        .integers("dilations", window.dilations())
        .integers("pads", pads)
        .integer("group", window.groups());
  }

  /** O, kernel, C/groups to O, C/groups, kernel. */
  static Tensor channelsFirst(Tensor weight) {
    Shape shape = weight.shape();
    long channels = shape.dim(-1);
    long taps = shape.elementCount(1, shape.rank() - 1);
    long[] dims = shape.dims();
    System.arraycopy(dims, 1, dims, 2, dims.length - 2);
    dims[1] = channels;
    Tensor moved = Tensor.allocate(Arena.ofAuto(), weight.dtype(), Shape.of(dims));
    long bytes = weight.dtype().bits() / 8;
    for (long o = 0; o < shape.dim(0); o++) {
      for (long tap = 0; tap < taps; tap++) {
        for (long c = 0; c < channels; c++) {
          long from = ((o * taps + tap) * channels + c) * bytes;
          long to = ((o * channels + c) * taps + tap) * bytes;
          MemorySegment.copy(weight.values(), from, moved.values(), to, bytes);
        }
      }
    }
    return moved;
  }

  private static Tensor transposed(Tensor weight) {
    long n = weight.shape().dim(0);
    long k = weight.shape().dim(1);
    Tensor moved = Tensor.allocate(Arena.ofAuto(), weight.dtype(), Shape.of(k, n));
    long bytes = weight.dtype().bits() / 8;
    for (long i = 0; i < n; i++) {
      for (long j = 0; j < k; j++) {
        MemorySegment.copy(
            weight.values(), (i * k + j) * bytes, moved.values(), (j * n + i) * bytes, bytes);
      }
    }
    return moved;
  }

  private static String matMul(MatMul op, Node node, ExportContext model) {
    String a = swapped(op.transposeA(), node.input(0), model);
    String b = swapped(op.transposeB(), node.input(1), model);
    if (a == null || b == null) {
      return "the rank of its input depends on data";
    }
    if (op.alpha() == 1) {
      model.output("MatMul", node, Attributes.none(), a, b);
    } else {
      String plain = model.node("MatMul", node.output(0) + "_plain", Attributes.none(), a, b);
      DType dtype = model.dtype(node.input(0));
      String alpha = model.scalar(node.name() + "_alpha", dtype, op.alpha());
      model.output("Mul", node, Attributes.none(), plain, alpha);
    }
    return null;
  }

  /** The value with its last two axes exchanged if asked for; {@code null} if its rank is open. */
  private static String swapped(boolean swap, String value, ExportContext model) {
    if (!swap) {
      return model.use(value);
    }
    int rank = model.rank(value);
    if (rank < 0) {
      return null;
    }
    List<Long> order = new ArrayList<>();
    for (long i = 0; i < rank - 2; i++) {
      order.add(i);
    }
    order.add(rank - 1L);
    order.add(rank - 2L);
    Attributes perm = Attributes.none().integers("perm", order);
    return model.node("Transpose", value + "_swapped", perm, model.use(value));
  }
}
