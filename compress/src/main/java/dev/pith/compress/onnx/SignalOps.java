package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Dft;
import dev.pith.runtime.graph.ops.MelWeightMatrix;
import dev.pith.runtime.graph.ops.Stft;
import dev.pith.runtime.graph.ops.Window;
import java.util.List;

/** Spectra and windows. */
final class SignalOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("DFT", SignalOps::dft),
          OnnxOp.of("STFT", (node, graph) -> graph.same(node, new Stft(isOneSided(node)))),
          OnnxOp.of("HannWindow", (node, graph) -> window(node, graph, Window.Kind.HANN)),
          OnnxOp.of("HammingWindow", (node, graph) -> window(node, graph, Window.Kind.HAMMING)),
          OnnxOp.of("BlackmanWindow", (node, graph) -> window(node, graph, Window.Kind.BLACKMAN)),
          OnnxOp.of("MelWeightMatrix", SignalOps::mel));

  private SignalOps() {}

  private static boolean isOneSided(OnnxNode node) {
    return node.flag("onesided", true);
  }

  /** Before opset 20 the axis is an attribute. */
  private static void dft(OnnxNode node, GraphBuilder graph) {
    long axis = node.opset() < 20 ? node.integer("axis", 1) : -2;
    graph.same(node, new Dft(axis, node.flag("inverse", false), node.flag("onesided", false)));
  }

  private static DType floating(OnnxNode node) {
    DType dtype = node.dtype("output_datatype", DType.F32);
    if (!dtype.isFloat()) {
      throw node.refuse("output_datatype is " + dtype + "; a floating-point type is needed");
    }
    return dtype;
  }

  private static void window(OnnxNode node, GraphBuilder graph, Window.Kind kind) {
    graph.same(node, new Window(floating(node), node.flag("periodic", true), kind));
  }

  private static void mel(OnnxNode node, GraphBuilder graph) {
    graph.same(node, new MelWeightMatrix(floating(node)));
  }
}
