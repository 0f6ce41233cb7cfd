package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Reads ONNX tensors, whichever field or file their elements are in. Thread-safe. */
public final class OnnxTensors {

  private final Path folder;

  /**
   * A reader of tensors.
   *
   * @param folder where external data files are; {@code null} if none are allowed
   */
  public OnnxTensors(Path folder) {
    this.folder = folder;
  }

  /**
   * The tensor, in memory of its own that the garbage collector frees.
   *
   * @throws OnnxImportException if its type is not supported, or its elements are missing or are
   *     more or fewer than its shape says; the message names the tensor
   */
  public Tensor read(TensorProto proto) {
    DType dtype = OnnxDType.of(proto.getDataType());
    if (dtype == null) {
      throw fault(
          proto,
          "has elements of type "
              + OnnxDType.name(proto.getDataType())
              + ", which Pith does not have");
    }
    if (proto.hasSegment()) {
      throw fault(proto, "is split into segments, which no known tool writes; merge them");
    }
    Shape shape = shape(proto, dtype);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return new ExternalData(folder).read(proto, dtype, shape);
    }
    if (proto.hasRawData()) {
      return raw(proto, dtype, shape);
    }
    return typed(proto, dtype, shape);
  }

  /**
   * A sparse tensor in dense form: models store masks this way, not weights.
   *
   * @throws OnnxImportException as {@link #read} does, and if an index lies outside the shape
   */
  public Tensor readSparse(SparseTensorProto proto) {
    Tensor values = read(proto.getValues());
    Tensor indices = read(proto.getIndices());
    long[] dims = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    Tensor dense;
    try {
      dense = Tensor.allocate(Arena.ofAuto(), values.dtype(), Shape.of(dims));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxImportException(
          label(proto.getValues()) + " has the impossible shape " + proto.getDimsList(), e);
    }
    long count = values.shape().elementCount();
    boolean linear = indices.shape().rank() == 1;
    if (indices.shape().elementCount() != (linear ? count : count * dims.length)) {
      throw fault(proto.getValues(), "has " + count + " values and indices " + indices);
    }
    long[] strides = dense.shape().strides();
    for (long i = 0; i < count; i++) {
      long place = linear ? indices.getLong(i) : 0;
      for (int axis = 0; !linear && axis < dims.length; axis++) {
        long index = indices.getLong(i * dims.length + axis);
        place = index < 0 || index >= dims[axis] ? -1 : place + index * strides[axis];
        if (place < 0) {
          break;
        }
      }
      if (place < 0 || place >= dense.shape().elementCount()) {
        throw fault(proto.getValues(), "has an index outside its shape " + dense.shape());
      }
      if (values.dtype().isFloat()) {
        Elements.setDouble(values.dtype(), dense.values(), place, values.getDouble(i));
      } else {
        Elements.setLong(values.dtype(), dense.values(), place, values.getLong(i));
      }
    }
    return dense;
  }

  private static Shape shape(TensorProto proto, DType dtype) {
    try {
      Shape shape = Shape.of(proto.getDimsList().stream().mapToLong(Long::longValue).toArray());
      dtype.byteSize(shape.elementCount());
      return shape;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxImportException(
          label(proto) + " has the impossible shape " + proto.getDimsList(), e);
    }
  }

  private static Tensor raw(TensorProto proto, DType dtype, Shape shape) {
    ByteString bytes = proto.getRawData();
    expect(proto, dtype, shape, bytes.size(), dtype.byteSize(shape.elementCount()), "bytes");
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    if (!bytes.isEmpty()) {
      bytes.copyTo(tensor.values().asByteBuffer());
    }
    return tensor;
  }

  private static Tensor typed(TensorProto proto, DType dtype, Shape shape) {
    long count = shape.elementCount();
    switch (dtype) {
      case F32 -> {
        expect(proto, dtype, shape, proto.getFloatDataCount(), count, "values");
        Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
        for (int i = 0; i < count; i++) {
          tensor.values().set(Elements.F32, i * 4L, proto.getFloatData(i));
        }
        return tensor;
      }
      case F64 -> {
        expect(proto, dtype, shape, proto.getDoubleDataCount(), count, "values");
        Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
        for (int i = 0; i < count; i++) {
          tensor.values().set(Elements.F64, i * 8L, proto.getDoubleData(i));
        }
        return tensor;
      }
      case I64 -> {
        return longs(proto, dtype, shape, proto.getInt64DataList());
      }
      case U64, U32 -> {
        return longs(proto, dtype, shape, proto.getUint64DataList());
      }
      default -> {
        return integers(proto, dtype, shape);
      }
    }
  }

  private static Tensor longs(TensorProto proto, DType dtype, Shape shape, List<Long> values) {
    expect(proto, dtype, shape, values.size(), shape.elementCount(), "values");
    return filled(dtype, shape, values.size(), i -> values.get((int) i), dtype);
  }

  /** Types whose elements, or their bits, are in {@code int32_data}. */
  private static Tensor integers(TensorProto proto, DType dtype, Shape shape) {
    List<Integer> values = proto.getInt32DataList();
    long items = dtype.bits() == 4 ? (shape.elementCount() + 1) / 2 : shape.elementCount();
    expect(proto, dtype, shape, values.size(), items, "values");
    // 16-bit floating-point numbers are stored by their bits, 4-bit numbers two to a byte.
    DType stored =
        switch (dtype) {
          case F16, BF16 -> DType.U16;
          case I4, U4 -> DType.U8;
          default -> dtype;
        };
    return filled(dtype, shape, values.size(), i -> values.get((int) i), stored);
  }

  private static Tensor filled(
      DType dtype, Shape shape, int items, LongUnaryOperator values, DType stored) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    MemorySegment memory = tensor.values();
    for (int i = 0; i < items; i++) {
      Elements.setLong(stored, memory, i, values.applyAsLong(i));
    }
    return tensor;
  }

  private static void expect(
      TensorProto proto, DType dtype, Shape shape, long found, long needed, String unit) {
    if (found != needed) {
      throw fault(proto, "holds " + found + " " + unit + "; " + dtype + shape + " needs " + needed);
    }
  }

  /** A complaint about {@code proto}. */
  static OnnxImportException fault(TensorProto proto, String what) {
    return new OnnxImportException(label(proto) + " " + what);
  }

  private static String label(TensorProto proto) {
    return "tensor " + (proto.getName().isEmpty() ? "without a name" : proto.getName());
  }
}
