package dev.pith.kernels.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A typed, shaped view of native memory: dtype, shape, layout, quantization, and one memory segment
 * for each component of the layout.
 *
 * <p>Immutable as a description; the memory belongs to whoever allocated it. Tensors made from Java
 * arrays own memory that the garbage collector frees. Safe to read from many threads.
 */
public final class Tensor {

  /** Alignment of allocated components in bytes: one cache line, one AVX-512 register. */
  public static final long ALIGNMENT = 64;

  private final DType dtype;
  private final Shape shape;
  private final Layout layout;
  private final Quantization quantization;
  private final List<MemorySegment> components;

  private Tensor(
      DType dtype,
      Shape shape,
      Layout layout,
      Quantization quantization,
      List<MemorySegment> components) {
    this.dtype = dtype;
    this.shape = shape;
    this.layout = layout;
    this.quantization = quantization;
    this.components = components;
  }

  /**
   * A tensor over existing memory; component i belongs to {@code layout.componentNames().get(i)}.
   */
  public static Tensor over(
      DType dtype, Shape shape, Layout layout, List<MemorySegment> components) {
    if (components.size() != layout.componentNames().size()) {
      throw new IllegalArgumentException(
          layout.name()
              + " has components "
              + layout.componentNames()
              + " but "
              + components.size()
              + " were given");
    }
    return new Tensor(dtype, shape, layout, Quantization.NONE, List.copyOf(components));
  }

  /**
   * A dense tensor over existing memory.
   *
   * @throws IllegalArgumentException if {@code values} does not have exactly the bytes needed
   */
  public static Tensor dense(DType dtype, Shape shape, MemorySegment values) {
    Tensor tensor = over(dtype, shape, Dense.LAYOUT, List.of(values));
    Dense.LAYOUT.validate(tensor);
    return tensor;
  }

  /** A dense tensor of zeros in {@code arena}, aligned to {@link #ALIGNMENT}. */
  public static Tensor allocate(Arena arena, DType dtype, Shape shape) {
    long bytes = dtype.byteSize(shape.elementCount());
    MemorySegment values = arena.allocate(Math.max(bytes, 1), ALIGNMENT).asSlice(0, bytes);
    return dense(dtype, shape, values);
  }

  private static Tensor copyOf(DType dtype, MemorySegment source, long... dims) {
    Shape shape = Shape.of(dims);
    long bytes = dtype.byteSize(shape.elementCount());
    if (source.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "shape "
              + shape
              + " has "
              + shape.elementCount()
              + " elements ("
              + bytes
              + " bytes of "
              + dtype
              + ") but "
              + source.byteSize()
              + " bytes were given");
    }
    Tensor tensor = allocate(Arena.ofAuto(), dtype, shape);
    MemorySegment.copy(source, 0, tensor.values(), 0, bytes);
    return tensor;
  }

  /** A dense F32 tensor with a copy of {@code values}. */
  public static Tensor of(float[] values, long... dims) {
    return copyOf(DType.F32, MemorySegment.ofArray(values), dims);
  }

  /** A dense F64 tensor with a copy of {@code values}. */
  public static Tensor of(double[] values, long... dims) {
    return copyOf(DType.F64, MemorySegment.ofArray(values), dims);
  }

  /** A dense I32 tensor with a copy of {@code values}. */
  public static Tensor of(int[] values, long... dims) {
    return copyOf(DType.I32, MemorySegment.ofArray(values), dims);
  }

  /** A dense I64 tensor with a copy of {@code values}. */
  public static Tensor of(long[] values, long... dims) {
    return copyOf(DType.I64, MemorySegment.ofArray(values), dims);
  }

  /** A dense tensor of any type with a copy of its little-endian {@code bytes}. */
  public static Tensor ofBytes(DType dtype, byte[] bytes, long... dims) {
    return copyOf(dtype, MemorySegment.ofArray(bytes), dims);
  }

  /** A scalar I64 tensor. */
  public static Tensor scalar(long value) {
    return of(new long[] {value});
  }

  /** A scalar F32 tensor. */
  public static Tensor scalar(float value) {
    return of(new float[] {value});
  }

  /** Element type of the values the tensor stands for before dequantization. */
  public DType dtype() {
    return dtype;
  }

  /** Extents of the tensor the layout stands for. */
  public Shape shape() {
    return shape;
  }

  /** How the elements are held. */
  public Layout layout() {
    return layout;
  }

  /** How integers stand for real numbers. */
  public Quantization quantization() {
    return quantization;
  }

  /** All components, in the order of the layout's component names. */
  public List<MemorySegment> components() {
    return components;
  }

  /** Component {@code index}. */
  public MemorySegment component(int index) {
    return components.get(index);
  }

  /** Component 0: the values, dense or compressed. */
  public MemorySegment values() {
    return components.get(0);
  }

  /** Whether the layout is dense. */
  public boolean isDense() {
    return layout instanceof Dense;
  }

  /** Rows of the matrix compressed layouts see: extent 0 (1 for a scalar). */
  public long rows() {
    return shape.rank() == 0 ? 1 : shape.dim(0);
  }

  /** Columns of the matrix compressed layouts see: the product of extents 1 and up. */
  public long columns() {
    return shape.rank() == 0 ? 1 : shape.elementCount(1, shape.rank());
  }

  /** Bytes of all components together. */
  public long byteSize() {
    long bytes = 0;
    for (MemorySegment component : components) {
      bytes += component.byteSize();
    }
    return bytes;
  }

  /** The same memory with another quantization. */
  public Tensor withQuantization(Quantization other) {
    return new Tensor(dtype, shape, layout, other, components);
  }

  /** The same dense memory seen with another shape of equal element count. */
  public Tensor reshaped(Shape other) {
    if (other.elementCount() != shape.elementCount() || !isDense()) {
      throw new IllegalArgumentException("cannot see " + this + " as shape " + other);
    }
    return new Tensor(dtype, other, layout, quantization, components);
  }

  /** Element {@code index} of a dense tensor, as a double. */
  public double getDouble(long index) {
    return Elements.getDouble(dtype, denseValues(), index);
  }

  /** Element {@code index} of a dense tensor, as a long. */
  public long getLong(long index) {
    return Elements.getLong(dtype, denseValues(), index);
  }

  /** All elements of a dense tensor, converted to float. */
  public float[] toFloats() {
    float[] out = new float[Math.toIntExact(shape.elementCount())];
    if (dtype == DType.F32) {
      MemorySegment.copy(denseValues(), Elements.F32, 0, out, 0, out.length);
      return out;
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) getDouble(i);
    }
    return out;
  }

  /** All elements of a dense tensor, converted to long. */
  public long[] toLongs() {
    long[] out = new long[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < out.length; i++) {
      out[i] = getLong(i);
    }
    return out;
  }

  private MemorySegment denseValues() {
    if (!isDense()) {
      throw new IllegalStateException("the elements of " + this + " are not dense");
    }
    return components.get(0);
  }

  /** {@code F32[1, 3, 224, 224]}, with the layout's name where it is not dense. */
  @Override
  public String toString() {
    return dtype + shape.toString() + (isDense() ? "" : " " + layout.name());
  }
}
