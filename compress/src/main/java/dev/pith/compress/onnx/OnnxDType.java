package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.pith.kernels.tensor.DType;

/** ONNX's numbers for element types. */
final class OnnxDType {

  private OnnxDType() {}

  /**
   * The element type with ONNX's number, or {@code null} where Pith has none (strings, complex).
   */
  static DType of(long number) {
    return switch ((int) number) {
      case DataType.FLOAT_VALUE -> DType.F32;
      case DataType.UINT8_VALUE -> DType.U8;
      case DataType.INT8_VALUE -> DType.I8;
      case DataType.UINT16_VALUE -> DType.U16;
      case DataType.INT16_VALUE -> DType.I16;
      case DataType.INT32_VALUE -> DType.I32;
      case DataType.INT64_VALUE -> DType.I64;
      case DataType.BOOL_VALUE -> DType.BOOL;
      case DataType.FLOAT16_VALUE -> DType.F16;
      case DataType.DOUBLE_VALUE -> DType.F64;
      case DataType.UINT32_VALUE -> DType.U32;
      case DataType.UINT64_VALUE -> DType.U64;
      case DataType.BFLOAT16_VALUE -> DType.BF16;
      case DataType.UINT4_VALUE -> DType.U4;
      case DataType.INT4_VALUE -> DType.I4;
      default -> null;
    };
  }

  /** What ONNX calls the type with this number. */
  static String name(long number) {
    DataType type = DataType.forNumber((int) number);
    return type == null ? "number " + number : type.name();
  }
}
