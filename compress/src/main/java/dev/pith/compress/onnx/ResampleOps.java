package dev.pith.compress.onnx;

import dev.pith.kernels.resample.GridSampleProblem.Padding;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.resample.ResizeProblem.Coordinates;
import dev.pith.kernels.resample.ResizeProblem.Rounding;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ops.AffineGrid;
import dev.pith.runtime.graph.ops.GridSample;
import dev.pith.runtime.graph.ops.Resize;
import java.util.List;

/** Resizing and sampling. */
final class ResampleOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("Resize", ResampleOps::resize),
          OnnxOp.of("Upsample", ResampleOps::upsample),
          OnnxOp.of("GridSample", ResampleOps::gridSample),
          OnnxOp.of("AffineGrid", ResampleOps::affineGrid));

  private ResampleOps() {}

  private static Interpolation interpolation(OnnxNode node, String mode) {
    return switch (mode) {
      case "nearest" -> Interpolation.NEAREST;
      case "linear", "bilinear" -> Interpolation.LINEAR;
      case "cubic", "bicubic" -> Interpolation.CUBIC;
      default -> throw node.refuse("mode is " + mode + ", which ONNX does not define");
    };
  }

  /** Before opset 11 Resize was what Upsample had been. */
  private static void resize(OnnxNode node, GraphBuilder graph) {
    if (node.opset() < 11) {
      graph.output(node, old(node), node.input(0), "", node.input(1));
      return;
    }
    Resize op =
        new Resize(
            interpolation(node, node.string("mode", "nearest")),
            coordinates(node),
            rounding(node),
            node.floating("cubic_coeff_a", -0.75f),
            node.flag("exclude_outside", false),
            node.flag("antialias", false),
            node.floating("extrapolation_value", 0),
            fit(node),
            node.longs("axes", List.of()));
    graph.same(node, op);
  }

  private static Resize old(OnnxNode node) {
    return new Resize(
        interpolation(node, node.string("mode", "nearest")),
        Coordinates.ASYMMETRIC,
        Rounding.FLOOR,
        0,
        false,
        false,
        0,
        Resize.Fit.STRETCH,
        List.of());
  }

  private static void upsample(OnnxNode node, GraphBuilder graph) {
    if (node.opset() >= 9) {
      graph.output(node, old(node), node.input(0), "", node.input(1));
      return;
    }
    List<Float> scales = node.floats("scales", List.of());
    float[] values = new float[scales.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = scales.get(i);
    }
    String constant = graph.constant(Tensor.of(values, values.length));
    graph.output(node, old(node), node.input(0), "", constant);
  }

  private static Coordinates coordinates(OnnxNode node) {
    String name = node.string("coordinate_transformation_mode", "half_pixel");
    return switch (name) {
      case "half_pixel" -> Coordinates.HALF_PIXEL;
      case "half_pixel_symmetric" -> Coordinates.HALF_PIXEL_SYMMETRIC;
      case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
      case "align_corners" -> Coordinates.ALIGN_CORNERS;
      case "asymmetric" -> Coordinates.ASYMMETRIC;
      case "tf_half_pixel_for_nn" -> Coordinates.HALF_PIXEL_UNSHIFTED;
      case "tf_crop_and_resize" -> Coordinates.CROP;
      default ->
          throw node.refuse(
              "coordinate_transformation_mode is " + name + ", which ONNX does not define");
    };
  }

  private static Rounding rounding(OnnxNode node) {
    String name = node.string("nearest_mode", "round_prefer_floor");
    return switch (name) {
      case "round_prefer_floor" -> Rounding.PREFER_FLOOR;
      case "round_prefer_ceil" -> Rounding.PREFER_CEIL;
      case "floor" -> Rounding.FLOOR;
      case "ceil" -> Rounding.CEIL;
      default -> throw node.refuse("nearest_mode is " + name + ", which ONNX does not define");
    };
  }

  private static Resize.Fit fit(OnnxNode node) {
    String name = node.string("keep_aspect_ratio_policy", "stretch");
    return switch (name) {
      case "stretch" -> Resize.Fit.STRETCH;
      case "not_larger" -> Resize.Fit.NOT_LARGER;
      case "not_smaller" -> Resize.Fit.NOT_SMALLER;
      default ->
          throw node.refuse("keep_aspect_ratio_policy is " + name + ", which ONNX does not define");
    };
  }

  private static void gridSample(OnnxNode node, GraphBuilder graph) {
    String name = node.string("padding_mode", "zeros");
    Padding padding =
        switch (name) {
          case "zeros" -> Padding.ZEROS;
          case "border" -> Padding.BORDER;
          case "reflection" -> Padding.REFLECTION;
          default -> throw node.refuse("padding_mode is " + name + ", which ONNX does not define");
        };
    GridSample op =
        new GridSample(
            interpolation(node, node.string("mode", "linear")),
            padding,
            node.flag("align_corners", false));
    graph.same(node, op);
  }

  private static void affineGrid(OnnxNode node, GraphBuilder graph) {
    graph.same(node, new AffineGrid(node.flag("align_corners", false)));
  }
}
