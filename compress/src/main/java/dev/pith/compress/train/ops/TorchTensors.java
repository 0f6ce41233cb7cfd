package dev.pith.compress.train.ops;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Copies tensors to and from libtorch. All floating-point types become 32-bit floats there: weights
 * stored in half precision are trained in single.
 */
public final class TorchTensors {

  private TorchTensors() {}

  /** A copy of a dense tensor. */
  public static Tensor copy(dev.pith.kernels.tensor.Tensor source) {
    long[] dims = source.shape().dims();
    if (source.dtype().isFloat() && source.dtype() != DType.F32) {
      return of(source.toFloats(), dims);
    }
    Tensor target =
        torch.empty(
            dims, new TensorOptions(scalarType(source.dtype())), new MemoryFormatOptional());
    write(source.values(), target);
    return target;
  }

  /** A tensor of 32-bit floats. */
  public static Tensor of(float[] values, long... dims) {
    Tensor target =
        torch.empty(dims, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
    write(MemorySegment.ofArray(values), target);
    return target;
  }

  /** A tensor of 64-bit integers. */
  public static Tensor of(long[] values, long... dims) {
    Tensor target =
        torch.empty(dims, new TensorOptions(ScalarType.Long), new MemoryFormatOptional());
    write(MemorySegment.ofArray(values), target);
    return target;
  }

  /** A number as libtorch's functions take it. */
  public static Scalar scalar(double value) {
    return new Scalar(value);
  }

  /** A tensor that may be {@code null}. */
  public static TensorOptional optional(Tensor value) {
    return value == null ? new TensorOptional() : new TensorOptional(value);
  }

  /** Extents of a tensor. */
  public static long[] dims(Tensor tensor) {
    long[] dims = new long[Math.toIntExact(tensor.dim())];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensor.sizes().get(i);
    }
    return dims;
  }

  /** Overwrites the elements of a contiguous tensor. */
  public static void write(MemorySegment source, Tensor target) {
    if (source.byteSize() > 0) {
      memory(target).copyFrom(source);
    }
  }

  /** A copy in memory that the garbage collector frees, with the element type given. */
  public static dev.pith.kernels.tensor.Tensor copy(Tensor source, DType dtype) {
    Tensor plain = source.detach().to(scalarType(dtype)).contiguous();
    Shape shape = Shape.of(dims(source));
    var target = dev.pith.kernels.tensor.Tensor.allocate(Arena.ofAuto(), dtype, shape);
    if (shape.elementCount() > 0) {
      target.values().copyFrom(memory(plain));
    }
    return target;
  }

  /** The elements of a tensor as floats. */
  public static float[] floats(Tensor source) {
    return copy(source, DType.F32).toFloats();
  }

  /** The memory of a contiguous tensor; valid as long as the tensor. */
  private static MemorySegment memory(Tensor tensor) {
    if (!tensor.is_contiguous()) {
      throw new IllegalStateException("the tensor is not contiguous");
    }
    long bytes = tensor.numel() * tensor.element_size();
    Pointer address = tensor.data_ptr();
    return MemorySegment.ofBuffer(new BytePointer(address).capacity(bytes).asByteBuffer());
  }

  /** libtorch's name of an element type. */
  static ScalarType scalarType(DType dtype) {
    return switch (dtype) {
      case F32 -> ScalarType.Float;
      case F64 -> ScalarType.Double;
      case I8 -> ScalarType.Char;
      case U8 -> ScalarType.Byte;
      case I16 -> ScalarType.Short;
      case I32 -> ScalarType.Int;
      case I64 -> ScalarType.Long;
      case BOOL -> ScalarType.Bool;
      default ->
          throw new IllegalArgumentException(
              "libtorch holds no tensors of type " + dtype + " here");
    };
  }
}
