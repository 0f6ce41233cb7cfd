package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.ValueInfo;
import java.util.List;

/** Declared types of ONNX values. */
final class OnnxTypes {

  private OnnxTypes() {}

  /** What is declared of a value; whatever is not declared, or no tensor's, is left open. */
  static ValueInfo valueInfo(ValueInfoProto proto) {
    TypeProto.Tensor type = proto.getType().getTensorType();
    List<Dim> dims =
        type.hasShape() ? type.getShape().getDimList().stream().map(OnnxTypes::dim).toList() : null;
    return new ValueInfo(proto.getName(), OnnxDType.of(type.getElemType()), dims);
  }

  private static Dim dim(TensorShapeProto.Dimension dim) {
    // Exporters write −1 for an extent that is not known.
    if (dim.hasDimValue() && dim.getDimValue() >= 0) {
      return Dim.of(dim.getDimValue());
    }
    return Dim.symbol(dim.hasDimParam() ? dim.getDimParam() : "");
  }

  /** Why a value cannot be a graph input; empty if it can. */
  static String problem(ValueInfoProto proto) {
    TypeProto type = proto.getType();
    if (!type.hasTensorType()) {
      return "it is no tensor but " + type.getValueCase();
    }
    long number = type.getTensorType().getElemType();
    return OnnxDType.of(number) == null
        ? "its elements are of type " + OnnxDType.name(number) + ", which Pith does not have"
        : "";
  }
}
