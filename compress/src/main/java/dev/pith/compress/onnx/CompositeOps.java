package dev.pith.compress.onnx;

import dev.pith.runtime.graph.ops.AutoPad;
import dev.pith.runtime.graph.ops.ConvTranspose;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.DeformConv;
import dev.pith.runtime.graph.ops.Determinant;
import dev.pith.runtime.graph.ops.Einsum;
import dev.pith.runtime.graph.ops.Fold;
import dev.pith.runtime.graph.ops.SelectBoxes;
import java.util.Collections;
import java.util.List;

/** Convolutions that are not plain ones, tensor algebra, and the selection of boxes. */
final class CompositeOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("ConvTranspose", CompositeOps::convTranspose),
          OnnxOp.of("DeformConv", CompositeOps::deformConv),
          OnnxOp.of("Col2Im", CompositeOps::fold),
          OnnxOp.of("Det", (node, graph) -> graph.same(node, new Determinant())),
          OnnxOp.of("Einsum", CompositeOps::einsum),
          OnnxOp.of("NonMaxSuppression", CompositeOps::selectBoxes));

  private CompositeOps() {}

  /** The window's attributes; auto_pad is left to the operation. */
  private static ConvWindow window(OnnxNode node, int axes) {
    List<Long> ones = Collections.nCopies(axes, 1L);
    List<Long> strides = node.longs("strides", ones);
    List<Long> dilations = node.longs("dilations", ones);
    List<Long> pads = node.longs("pads", Collections.nCopies(2 * axes, 0L));
    if (strides.size() != axes || dilations.size() != axes || pads.size() != 2 * axes) {
      throw node.refuse(
          "strides "
              + strides
              + ", dilations "
              + dilations
              + " and pads "
              + pads
              + " do not fit a window over "
              + axes
              + " axes");
    }
    return new ConvWindow(
        strides,
        dilations,
        pads.subList(0, axes),
        pads.subList(axes, 2 * axes),
        node.integer("group", 1));
  }

  private static void convTranspose(OnnxNode node, GraphBuilder graph) {
    int axes = node.requireRank(0) - 2;
    List<Long> zeros = Collections.nCopies(Math.max(axes, 0), 0L);
    List<Long> shape = node.longs("output_shape", List.of());
    List<Long> padding = node.longs("output_padding", zeros);
    AutoPad auto = PoolOps.autoPad(node);
    if (axes < 1 || padding.size() != axes) {
      throw node.refuse("output_padding is " + padding + " for " + axes + " axes");
    }
    if (!shape.isEmpty() && shape.size() != axes) {
      shape = shape.subList(shape.size() - axes, shape.size());
    }
    graph.same(node, new ConvTranspose(window(node, axes), padding, shape, auto));
  }

  private static void deformConv(OnnxNode node, GraphBuilder graph) {
    int axes = node.requireRank(0) - 2;
    if (axes != 2) {
      throw node.refuse("it slides over " + axes + " axes; 2 are supported");
    }
    DeformConv op = new DeformConv(window(node, axes), node.integer("offset_group", 1));
    graph.same(node, op);
  }

  private static void fold(OnnxNode node, GraphBuilder graph) {
    Fold op =
        new Fold(
            node.longs("strides", List.of()),
            node.longs("dilations", List.of()),
            node.longs("pads", List.of()));
    graph.same(node, op);
  }

  private static void einsum(OnnxNode node, GraphBuilder graph) {
    String equation = node.string("equation", "");
    if (equation.isEmpty()) {
      throw node.refuse("it has no equation");
    }
    graph.same(node, new Einsum(equation));
  }

  private static void selectBoxes(OnnxNode node, GraphBuilder graph) {
    graph.same(node, new SelectBoxes(node.flag("center_point_box", false)));
  }
}
