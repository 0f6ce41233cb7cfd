package dev.pith.compress.export;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.ArgReduce;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.CenterCropPad;
import dev.pith.runtime.graph.ops.Compress;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Cumulative;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.EyeLike;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.GatherElements;
import dev.pith.runtime.graph.ops.GatherND;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Lrn;
import dev.pith.runtime.graph.ops.NonZero;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.OneHot;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Range;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.ReverseSequence;
import dev.pith.runtime.graph.ops.ScatterElements;
import dev.pith.runtime.graph.ops.ScatterND;
import dev.pith.runtime.graph.ops.ShapeOf;
import dev.pith.runtime.graph.ops.SizeOf;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.SpaceToDepth;
import dev.pith.runtime.graph.ops.Split;
import dev.pith.runtime.graph.ops.Squeeze;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.TopK;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Trilu;
import dev.pith.runtime.graph.ops.Unsqueeze;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Movement, pooling, reduction and normalization: mostly ONNX's own operations, renamed. */
final class MovementExport {

  static final List<ExportRule> ALL =
      List.of(
          ExportRule.same(Identity.class, "Identity"),
          ExportRule.same(Squeeze.class, "Squeeze"),
          ExportRule.same(Unsqueeze.class, "Unsqueeze"),
          ExportRule.same(Slice.class, "Slice"),
          ExportRule.same(Expand.class, "Expand"),
          ExportRule.same(Tile.class, "Tile"),
          ExportRule.same(SizeOf.class, "Size"),
          ExportRule.same(Range.class, "Range"),
          ExportRule.same(NonZero.class, "NonZero"),
          ExportRule.of(
              Reshape.class,
              (op, node, model) ->
                  model.same(node, "Reshape", with().flag("allowzero", op.allowZero()))),
          ExportRule.of(Flatten.class, (op, n, m) -> axis(n, m, "Flatten", op.axis())),
          ExportRule.of(Concat.class, (op, n, m) -> axis(n, m, "Concat", op.axis())),
          ExportRule.of(Gather.class, (op, n, m) -> axis(n, m, "Gather", op.axis())),
          ExportRule.of(OneHot.class, (op, n, m) -> axis(n, m, "OneHot", op.axis())),
          ExportRule.of(Compress.class, (op, n, m) -> axis(n, m, "Compress", op.axis())),
          ExportRule.of(
              GatherElements.class, (op, n, m) -> axis(n, m, "GatherElements", op.axis())),
          ExportRule.of(
              GatherND.class,
              (op, n, m) -> m.same(n, "GatherND", with().integer("batch_dims", op.batchAxes()))),
          ExportRule.of(
              ScatterElements.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "ScatterElements",
                      with().integer("axis", op.axis()).text("reduction", lower(op.reduction())))),
          ExportRule.of(
              ScatterND.class,
              (op, n, m) ->
                  m.same(n, "ScatterND", with().text("reduction", lower(op.reduction())))),
          ExportRule.of(Transpose.class, MovementExport::transpose),
          ExportRule.of(Split.class, MovementExport::split),
          ExportRule.of(
              Pad.class, (op, n, m) -> m.same(n, "Pad", with().text("mode", lower(op.mode())))),
          ExportRule.of(
              DepthToSpace.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "DepthToSpace",
                      with()
                          .integer("blocksize", op.blockSize())
                          .text("mode", op.channelFirst() ? "CRD" : "DCR"))),
          ExportRule.of(
              SpaceToDepth.class,
              (op, n, m) -> m.same(n, "SpaceToDepth", with().integer("blocksize", op.blockSize()))),
          ExportRule.of(
              Trilu.class, (op, n, m) -> m.same(n, "Trilu", with().flag("upper", op.upper()))),
          ExportRule.of(
              CenterCropPad.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "CenterCropPad",
                      op.axes().isEmpty() ? with() : with().integers("axes", op.axes()))),
          ExportRule.of(ShapeOf.class, MovementExport::shape),
          ExportRule.of(
              EyeLike.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "EyeLike",
                      with()
                          .integer("dtype", ExportContext.number(op.dtype()))
                          .integer("k", op.diagonal()))),
          ExportRule.partly(Cumulative.class, MovementExport::cumulative),
          ExportRule.of(
              ReverseSequence.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "ReverseSequence",
                      with()
                          .integer("batch_axis", op.batchAxis())
                          .integer("time_axis", op.timeAxis()))),
          ExportRule.of(
              TopK.class,
              (op, n, m) ->
                  m.same(
                      n, "TopK", with().integer("axis", op.axis()).flag("largest", op.largest()))),
          ExportRule.of(
              ArgReduce.class,
              (op, n, m) ->
                  m.same(
                      n,
                      op.largest() ? "ArgMax" : "ArgMin",
                      with()
                          .integer("axis", op.axis())
                          .flag("keepdims", op.keepDims())
                          .flag("select_last_index", op.last()))),
          ExportRule.of(Softmax.class, MovementExport::softmax),
          ExportRule.of(Reduce.class, MovementExport::reduce),
          ExportRule.partly(Pool.class, MovementExport::pool),
          ExportRule.of(
              BatchNorm.class,
              (op, n, m) ->
                  m.same(n, "BatchNormalization", with().number("epsilon", op.epsilon()))),
          ExportRule.partly(Normalize.class, MovementExport::normalize),
          ExportRule.of(
              Lrn.class,
              (op, n, m) ->
                  m.same(
                      n,
                      "LRN",
                      with()
                          .integer("size", op.size())
                          .number("alpha", op.alpha())
                          .number("beta", op.beta())
                          .number("bias", op.bias()))));

  private MovementExport() {}

  private static Attributes with() {
    return Attributes.none();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void axis(Node node, ExportContext model, String onnx, long axis) {
    model.same(node, onnx, with().integer("axis", axis));
  }

  private static void transpose(Transpose op, Node node, ExportContext model) {
    model.same(
        node, "Transpose", op.order().isEmpty() ? with() : with().integers("perm", op.order()));
  }

  private static void split(Split op, Node node, ExportContext model) {
    Attributes attributes = with().integer("axis", op.axis());
    if (!node.hasInput(1)) {
      attributes.integer("num_outputs", node.outputs().size());
    }
    model.same(node, "Split", attributes);
  }

  private static void shape(ShapeOf op, Node node, ExportContext model) {
    Attributes attributes = with().integer("start", op.start());
    if (op.end() != Long.MAX_VALUE) {
      attributes.integer("end", op.end());
    }
    model.same(node, "Shape", attributes);
  }

  private static String cumulative(Cumulative op, Node node, ExportContext model) {
    if (op.function() != BinaryFunction.ADD) {
      return "running products need opset 26";
    }
    model.same(
        node, "CumSum", with().flag("exclusive", op.exclusive()).flag("reverse", op.reverse()));
    return null;
  }

  private static void softmax(Softmax op, Node node, ExportContext model) {
    String onnx =
        switch (op.function()) {
          case SOFTMAX -> "Softmax";
          case LOG_SOFTMAX -> "LogSoftmax";
          case HARDMAX -> "Hardmax";
        };
    int rank = model.rank(node.input(0));
    if (!op.flattened() || op.axis() == -1 || op.axis() == rank - 1) {
      axis(node, model, onnx, op.axis());
      return;
    }
    // Rows of several axes: as a matrix, and back.
    String x = model.use(node.input(0));
    String base = node.name();
    String shape = model.node("Shape", base + "_shape", with(), x);
    String rows = model.node("Flatten", base + "_rows", with().integer("axis", op.axis()), x);
    String y = model.node(onnx, base + "_matrix", with().integer("axis", -1), rows);
    model.output("Reshape", node, with(), y, shape);
  }

  private static void reduce(Reduce op, Node node, ExportContext model) {
    String onnx =
        switch (op.function()) {
          case SUM -> "ReduceSum";
          case MEAN -> "ReduceMean";
          case MAX -> "ReduceMax";
          case MIN -> "ReduceMin";
          case PROD -> "ReduceProd";
          case L1 -> "ReduceL1";
          case L2 -> "ReduceL2";
          case LOG_SUM -> "ReduceLogSum";
          case LOG_SUM_EXP -> "ReduceLogSumExp";
          case SUM_SQUARE -> "ReduceSumSquare";
        };
    List<String> inputs = model.inputs(node);
    if (!node.hasInput(1) && !op.axes().isEmpty()) {
      long[] axes = op.axes().stream().mapToLong(Long::longValue).toArray();
      inputs = List.of(inputs.get(0), model.longs(node.name() + "_axes", axes));
    }
    Attributes attributes =
        with().flag("keepdims", op.keepDims()).flag("noop_with_empty_axes", op.noopWithoutAxes());
    model.node(onnx, node.name(), inputs, node.outputs(), attributes);
  }

  /** Attributes of a window that is not a weight's. */
  static Attributes window(List<Long> kernel, ConvWindow window) {
    List<Long> pads = new ArrayList<>(window.padsBegin());
    pads.addAll(window.padsEnd());
    Attributes attributes =
        with()
            .integers("kernel_shape", kernel)
            .integers("strides", window.strides())
            .integers("pads", pads);
    boolean dilated = window.dilations().stream().anyMatch(d -> d != 1);
    return dilated ? attributes.integers("dilations", window.dilations()) : attributes;
  }

  private static String pool(Pool op, Node node, ExportContext model) {
    if (op.autoPad() != AutoPad.NONE) {
      return "its padding follows from the extents; run the passes first";
    }
    Attributes attributes = window(op.kernel(), op.window()).flag("ceil_mode", op.ceilMode());
    if (op.function() == PoolFunction.AVERAGE) {
      model.same(node, "AveragePool", attributes.flag("count_include_pad", op.countPadding()));
    } else if (op.function() == PoolFunction.MAX) {
      model.same(node, "MaxPool", attributes.flag("storage_order", op.columnMajor()));
    } else {
      model.same(node, "LpPool", attributes.integer("p", op.p()));
    }
    return null;
  }

  private static String normalize(Normalize op, Node node, ExportContext model) {
    boolean images = op.rows() == Normalize.Rows.GROUPS;
    DType dtype = model.dtype(node.input(0));
    if (!op.centered() || images || !node.hasInput(1) || dtype == null) {
      return "normalization by root mean square, by groups, or without a scale is not in opset 20";
    }
    model.same(
        node,
        "LayerNormalization",
        with().integer("axis", op.axis()).number("epsilon", op.epsilon()));
    return null;
  }
}
