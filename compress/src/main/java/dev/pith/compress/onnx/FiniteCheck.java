package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses stored values that are not numbers. Infinity is allowed where only operators read it that
 * use it as a bound or a mask.
 */
final class FiniteCheck {

  private static final Set<String> BOUNDS =
      Set.of(
          "Add",
          "Cast",
          "CastLike",
          "Clip",
          "ConstantOfShape",
          "Equal",
          "Expand",
          "Greater",
          "GreaterOrEqual",
          "Identity",
          "Less",
          "LessOrEqual",
          "Max",
          "Min",
          "Pad",
          "Reshape",
          "Slice",
          "Unsqueeze",
          "Where");

  private FiniteCheck() {}

  /**
   * Checks all stored values of a graph.
   *
   * @throws OnnxImportException naming the tensor and the place
   */
  static void check(Map<String, Tensor> stored, List<NodeProto> nodes) {
    stored.forEach(
        (name, tensor) -> {
          long bad = firstNotFinite(tensor);
          if (bad >= 0 && (Double.isNaN(tensor.getDouble(bad)) || !isBound(name, nodes))) {
            throw new OnnxImportException(
                "tensor "
                    + name
                    + " "
                    + tensor
                    + " holds "
                    + tensor.getDouble(bad)
                    + " at element "
                    + bad
                    + "; the model cannot work, export it again");
          }
        });
  }

  private static boolean isBound(String name, List<NodeProto> nodes) {
    return nodes.stream()
        .filter(node -> node.getInputList().contains(name))
        .allMatch(node -> BOUNDS.contains(node.getOpType()));
  }

  private static long firstNotFinite(Tensor tensor) {
    if (!tensor.dtype().isFloat()) {
      return -1;
    }
    long count = tensor.shape().elementCount();
    MemorySegment values = tensor.values();
    for (long i = 0; i < count; i++) {
      boolean finite =
          tensor.dtype() == DType.F32
              ? Float.isFinite(values.get(Elements.F32, i * 4))
              : Double.isFinite(tensor.getDouble(i));
      if (!finite) {
        return i;
      }
    }
    return -1;
  }
}
