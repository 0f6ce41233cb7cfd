package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.CenterCropPad;
import dev.pith.runtime.graph.ops.Compress;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.SpaceToDepth;
import dev.pith.runtime.graph.ops.Split;
import dev.pith.runtime.graph.ops.Squeeze;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Trilu;
import dev.pith.runtime.graph.ops.Unsqueeze;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements change place. What older operator sets give as attributes becomes constant inputs, as
 * newer ones have it.
 */
final class MovementOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of(
              "Transpose",
              (node, graph) -> graph.same(node, new Transpose(node.longs("perm", List.of())))),
          OnnxOp.of(
              "Reshape",
              (node, graph) -> graph.same(node, new Reshape(node.flag("allowzero", false)))),
          OnnxOp.of(
              "Flatten", (node, graph) -> graph.same(node, new Flatten(node.integer("axis", 1)))),
          OnnxOp.of("Squeeze", MovementOps::squeeze),
          OnnxOp.of("Unsqueeze", MovementOps::unsqueeze),
          OnnxOp.of("Concat", MovementOps::concat),
          OnnxOp.of("Split", MovementOps::split),
          OnnxOp.of("Slice", MovementOps::slice),
          OnnxOp.of("Pad", MovementOps::pad),
          OnnxOp.of("Expand", (node, graph) -> graph.same(node, new Expand())),
          OnnxOp.of("Tile", (node, graph) -> graph.same(node, new Tile())),
          OnnxOp.of("DepthToSpace", MovementOps::depthToSpace),
          OnnxOp.of(
              "SpaceToDepth",
              (node, graph) -> graph.same(node, new SpaceToDepth(node.integer("blocksize", 0)))),
          OnnxOp.of(
              "Trilu", (node, graph) -> graph.same(node, new Trilu(node.flag("upper", true)))),
          OnnxOp.of(
              "CenterCropPad",
              (node, graph) -> graph.same(node, new CenterCropPad(node.longs("axes", List.of())))),
          OnnxOp.of("Compress", MovementOps::compress));

  private MovementOps() {}

  private static String longs(GraphBuilder graph, List<Long> values) {
    return graph.longs(values.stream().mapToLong(Long::longValue).toArray());
  }

  private static void squeeze(OnnxNode node, GraphBuilder graph) {
    if (node.opset() < 13 && node.has("axes")) {
      graph.output(node, new Squeeze(), node.input(0), longs(graph, node.longs("axes", List.of())));
    } else {
      graph.same(node, new Squeeze());
    }
  }

  private static void unsqueeze(OnnxNode node, GraphBuilder graph) {
    if (node.opset() < 13) {
      graph.output(
          node, new Unsqueeze(), node.input(0), longs(graph, node.longs("axes", List.of())));
    } else {
      graph.same(node, new Unsqueeze());
    }
  }

  private static void concat(OnnxNode node, GraphBuilder graph) {
    if (!node.has("axis")) {
      throw node.refuse("attribute axis is missing");
    }
    graph.same(node, new Concat(node.integer("axis", 0)));
  }

  private static void split(OnnxNode node, GraphBuilder graph) {
    long parts = node.integer("num_outputs", node.outputCount());
    if (parts != node.outputCount()) {
      throw node.refuse(
          "num_outputs is " + parts + ", but it has " + node.outputCount() + " outputs");
    }
    Split split = new Split(node.integer("axis", 0));
    if (node.opset() < 13 && node.has("split")) {
      String extents = longs(graph, node.longs("split", List.of()));
      graph.write(split, List.of(node.input(0), extents), node.outputs());
    } else {
      graph.same(node, split);
    }
  }

  private static void slice(OnnxNode node, GraphBuilder graph) {
    if (node.opset() >= 10) {
      graph.same(node, new Slice());
      return;
    }
    List<String> inputs = new ArrayList<>(List.of(node.input(0)));
    inputs.add(longs(graph, node.longs("starts", List.of())));
    inputs.add(longs(graph, node.longs("ends", List.of())));
    if (node.has("axes")) {
      inputs.add(longs(graph, node.longs("axes", List.of())));
    }
    graph.write(new Slice(), inputs, node.outputs());
  }

  private static void pad(OnnxNode node, GraphBuilder graph) {
    String name = node.string("mode", "constant");
    Pad pad =
        new Pad(
            switch (name) {
              case "constant" -> Pad.Mode.CONSTANT;
              case "reflect" -> Pad.Mode.REFLECT;
              case "edge" -> Pad.Mode.EDGE;
              case "wrap" -> Pad.Mode.WRAP;
              default ->
                  throw node.refuse("mode is '" + name + "', not constant, reflect, edge or wrap");
            });
    if (node.opset() >= 11) {
      graph.same(node, pad);
      return;
    }
    List<String> inputs = new ArrayList<>(List.of(node.input(0)));
    inputs.add(longs(graph, node.longs("pads", List.of())));
    float value = node.floating("value", 0);
    if (value != 0) {
      DType dtype = node.dtype(0);
      if (dtype == null) {
        throw node.refuse("the element type of its input cannot be found");
      }
      inputs.add(graph.scalar(dtype, value));
    }
    graph.write(pad, inputs, node.outputs());
  }

  private static void depthToSpace(OnnxNode node, GraphBuilder graph) {
    String mode = node.string("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw node.refuse("mode is '" + mode + "', not DCR or CRD");
    }
    graph.same(node, new DepthToSpace(node.integer("blocksize", 0), mode.equals("CRD")));
  }

  private static void compress(OnnxNode node, GraphBuilder graph) {
    String x = node.input(0);
    if (!node.has("axis")) {
      x = graph.add(new Reshape(false), x, graph.longs(-1));
    }
    graph.output(node, new Compress(node.integer("axis", 0)), x, node.input(1));
  }
}
