package dev.pith.compress.onnx;

import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.RoiProblem;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.MaxUnpool;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.RoiPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Pooling: over windows, over all of an image, over regions; and unpooling. */
final class PoolOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("MaxPool", (node, graph) -> pool(node, graph, PoolFunction.MAX)),
          OnnxOp.of("AveragePool", (node, graph) -> pool(node, graph, PoolFunction.AVERAGE)),
          OnnxOp.of("LpPool", (node, graph) -> pool(node, graph, PoolFunction.LP)),
          OnnxOp.of("GlobalMaxPool", (node, graph) -> global(node, graph, ReduceFunction.MAX)),
          OnnxOp.of("GlobalAveragePool", (node, graph) -> global(node, graph, ReduceFunction.MEAN)),
          OnnxOp.of("GlobalLpPool", PoolOps::globalLp),
          OnnxOp.of("MaxUnpool", PoolOps::unpool),
          OnnxOp.of("MaxRoiPool", PoolOps::maxRoiPool),
          OnnxOp.of("RoiAlign", PoolOps::roiAlign));

  private PoolOps() {}

  private static void pool(OnnxNode node, GraphBuilder graph, PoolFunction function) {
    List<Long> kernel = kernel(node);
    Pool pool =
        new Pool(
            function,
            kernel,
            window(node, kernel.size()),
            autoPad(node),
            node.flag("ceil_mode", false),
            node.flag("count_include_pad", false),
            Math.toIntExact(node.integer("p", 2)),
            node.flag("storage_order", false));
    graph.same(node, pool);
  }

  private static List<Long> kernel(OnnxNode node) {
    List<Long> kernel = node.longs("kernel_shape", List.of());
    if (kernel.isEmpty() || kernel.stream().anyMatch(k -> k < 1)) {
      throw node.refuse("kernel_shape is " + kernel + "; one extent for each axis is needed");
    }
    return kernel;
  }

  /** The window's attributes; pads are zero where auto_pad decides them. */
  private static ConvWindow window(OnnxNode node, int axes) {
    List<Long> ones = Collections.nCopies(axes, 1L);
    boolean given = node.string("auto_pad", "NOTSET").equals("NOTSET");
    List<Long> none = Collections.nCopies(2 * axes, 0L);
    List<Long> pads = given ? node.longs("pads", none) : none;
    List<Long> strides = node.longs("strides", ones);
    List<Long> dilations = node.longs("dilations", ones);
    if (pads.size() != 2 * axes || strides.size() != axes || dilations.size() != axes) {
      throw node.refuse(
          "pads "
              + pads
              + ", strides "
              + strides
              + " and dilations "
              + dilations
              + " do not fit a window over "
              + axes
              + " axes");
    }
    if (pads.stream().anyMatch(p -> p < 0)
        || strides.stream().anyMatch(s -> s < 1)
        || dilations.stream().anyMatch(d -> d < 1)) {
      throw node.refuse(
          "pads "
              + pads
              + ", strides "
              + strides
              + " or dilations "
              + dilations
              + " are out of range");
    }
    return new ConvWindow(
        strides, dilations, pads.subList(0, axes), pads.subList(axes, 2 * axes), 1);
  }

  /** What auto_pad asks for. */
  static AutoPad autoPad(OnnxNode node) {
    String auto = node.string("auto_pad", "NOTSET");
    return switch (auto) {
      case "NOTSET", "VALID", "" -> AutoPad.NONE;
      case "SAME_UPPER" -> AutoPad.SAME_UPPER;
      case "SAME_LOWER" -> AutoPad.SAME_LOWER;
      default -> throw node.refuse("auto_pad is " + auto + ", which ONNX does not define");
    };
  }

  private static void global(OnnxNode node, GraphBuilder graph, ReduceFunction function) {
    List<Long> axes = new ArrayList<>();
    for (long i = 2; i < node.requireRank(0); i++) {
      axes.add(i);
    }
    graph.output(node, new Reduce(function, axes, true, true), node.input(0));
  }

  private static void globalLp(OnnxNode node, GraphBuilder graph) {
    long p = node.integer("p", 2);
    if (p != 1 && p != 2) {
      throw node.refuse("p is " + p + "; 1 and 2 are supported");
    }
    global(node, graph, p == 1 ? ReduceFunction.L1 : ReduceFunction.L2);
  }

  private static void unpool(OnnxNode node, GraphBuilder graph) {
    List<Long> kernel = kernel(node);
    graph.same(node, new MaxUnpool(kernel, window(node, kernel.size())));
  }

  private static void maxRoiPool(OnnxNode node, GraphBuilder graph) {
    List<Long> size = node.longs("pooled_shape", List.of());
    if (size.size() != 2) {
      throw node.refuse("pooled_shape is " + size + "; a height and a width are needed");
    }
    RoiPool op =
        new RoiPool(
            RoiProblem.Mode.MAX_WHOLE,
            size.get(0),
            size.get(1),
            0,
            node.floating("spatial_scale", 1),
            false);
    graph.same(node, op);
  }

  private static void roiAlign(OnnxNode node, GraphBuilder graph) {
    String mode = node.string("mode", "avg");
    String transform =
        node.string(
            "coordinate_transformation_mode",
            node.opset() < 16 ? "output_half_pixel" : "half_pixel");
    if (!mode.equals("avg") && !mode.equals("max")) {
      throw node.refuse("mode is " + mode + ", which ONNX does not define");
    }
    RoiPool op =
        new RoiPool(
            mode.equals("avg") ? RoiProblem.Mode.AVERAGE : RoiProblem.Mode.MAX,
            node.integer("output_height", 1),
            node.integer("output_width", 1),
            node.integer("sampling_ratio", 0),
            node.floating("spatial_scale", 1),
            transform.equals("half_pixel"));
    graph.same(node, op);
  }
}
