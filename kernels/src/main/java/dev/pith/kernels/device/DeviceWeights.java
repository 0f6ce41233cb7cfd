package dev.pith.kernels.device;

import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A compressed weight as device kernels read it: blocks of {@code rows} × {@code columns} values,
 * offsets of each group of rows, and column numbers of blocks.
 *
 * <p>CSR (blocks of 1×1) and block layouts are read as they are in the file. Every other layout
 * becomes CSR once, when a device loads the weight: bitmasks, deltas and codebooks need a
 * sequential walk that work items cannot share, and the device's receipt counts the copy.
 *
 * @param rows rows of a block
 * @param columns columns of a block
 * @param asStored whether the tensor's own components are read
 */
public record DeviceWeights(int rows, int columns, boolean asStored) {

  private static final long NARROW = 1 << 16;

  /** No operation has so many inputs. */
  private static final int ABSENT = Integer.MAX_VALUE;

  /** How a weight of {@code layout}, which is not dense, is read. */
  public static DeviceWeights of(Layout layout) {
    return switch (layout) {
      case CsrLayout csr -> new DeviceWeights(1, 1, true);
      case BlockLayout block -> new DeviceWeights(block.rows(), block.cols(), true);
      default -> new DeviceWeights(1, 1, false);
    };
  }

  /** Element type of column numbers of a weight with {@code matrixColumns} columns. */
  public DType indexType(long matrixColumns) {
    return (matrixColumns + columns - 1) / columns <= NARROW ? DType.U16 : DType.I32;
  }

  /** Passes values, offsets and column numbers of input {@code index}, and extents of a block. */
  public ProgramBuilder pass(ProgramBuilder program, int index) {
    return components(program, index).ints(rows, columns);
  }

  /** Passes values, offsets and column numbers of input {@code index}. */
  public ProgramBuilder components(ProgramBuilder program, int index) {
    if (asStored) {
      return program.input(index, 0).input(index, 1).input(index, 2);
    }
    return program
        .packed(index, "csr values", (weight, arena) -> csr(weight, arena).component(0))
        .packed(index, "csr offsets", (weight, arena) -> csr(weight, arena).component(1))
        .packed(index, "csr columns", (weight, arena) -> csr(weight, arena).component(2));
  }

  /**
   * Passes the scales of the integer weight that is input {@code index}, one for each of its rows;
   * a null pointer for weights of real numbers.
   */
  public static ProgramBuilder passScales(ProgramBuilder program, int index, DType type) {
    return type.isFloat()
        ? program.input(ABSENT)
        : program.packed(index, "row scales", DeviceWeights::rowScales);
  }

  /** Passes a dense weight where compressed ones have values, offsets and column numbers. */
  public static ProgramBuilder passDense(ProgramBuilder program, int index) {
    return program.input(index).input(ABSENT).input(ABSENT);
  }

  /** Passes both components of an N:M weight where others have values, offsets and columns. */
  public static ProgramBuilder passPair(ProgramBuilder program, int index) {
    return program.input(index, 0).input(index, 1).input(ABSENT);
  }

  /** Passes the sum of each row of the int8 weight that is input {@code index}. */
  public static ProgramBuilder passRowSums(ProgramBuilder program, int index) {
    return program.packed(index, "row sums", DeviceWeights::rowSums);
  }

  private static MemorySegment rowSums(Tensor weight, Arena arena) {
    MemorySegment row = arena.allocate(Math.max(1, weight.columns()), Tensor.ALIGNMENT);
    MemorySegment sums = arena.allocate(Math.max(4, 4 * weight.rows()), Tensor.ALIGNMENT);
    for (long r = 0; r < weight.rows(); r++) {
      weight.layout().decodeRows(weight, r, r + 1, row);
      int sum = 0;
      for (long c = 0; c < weight.columns(); c++) {
        sum += (int) Elements.getLong(DType.I8, row, c);
      }
      sums.set(Elements.I32, 4 * r, sum);
    }
    return sums;
  }

  private static MemorySegment rowScales(Tensor weight, Arena arena) {
    if (!(weight.quantization() instanceof Quantization.Affine affine)) {
      throw new IllegalArgumentException("integer weights need scales; " + weight + " has none");
    }
    List<Float> scales = affine.scales();
    MemorySegment values = arena.allocate(Math.max(4, 4 * weight.rows()), Tensor.ALIGNMENT);
    for (int row = 0; row < weight.rows(); row++) {
      values.set(Elements.F32, 4L * row, scales.get(scales.size() == 1 ? 0 : row));
    }
    return values;
  }

  private static Tensor csr(Tensor weight, Arena arena) {
    long columns = weight.columns();
    DType type = columns <= NARROW ? DType.U16 : DType.I32;
    int bytes = weight.dtype().bits() / 8;
    long count = 0;
    try (Arena rowArena = Arena.ofConfined()) {
      MemorySegment row = rowArena.allocate(Math.max(1, columns * bytes), Tensor.ALIGNMENT);
      MemorySegment offsets = arena.allocate(4 * (weight.rows() + 1), Tensor.ALIGNMENT);
      for (long r = 0; r < weight.rows(); r++) {
        weight.layout().decodeRows(weight, r, r + 1, row);
        count += walk(weight, row, null, null, 0);
        offsets.set(Elements.I32, 4 * (r + 1), Math.toIntExact(count));
      }
      MemorySegment values = arena.allocate(Math.max(1, count * bytes), Tensor.ALIGNMENT);
      MemorySegment indices = arena.allocate(Math.max(1, type.byteSize(count)), Tensor.ALIGNMENT);
      long at = 0;
      for (long r = 0; r < weight.rows(); r++) {
        weight.layout().decodeRows(weight, r, r + 1, row);
        at += walk(weight, row, values, indices, at);
      }
      return Tensor.over(
          weight.dtype(),
          Shape.of(weight.rows(), columns),
          new CsrLayout(),
          List.of(
              values.asSlice(0, count * bytes), offsets, indices.asSlice(0, type.byteSize(count))));
    }
  }

  /** Counts the non-zeros of a decoded row and, where {@code values} is given, stores them. */
  private static long walk(
      Tensor weight, MemorySegment row, MemorySegment values, MemorySegment indices, long at) {
    DType type = weight.dtype();
    boolean narrow = weight.columns() <= NARROW;
    long count = 0;
    for (long k = 0; k < weight.columns(); k++) {
      if (Elements.getDouble(type, row, k) == 0) {
        continue;
      }
      if (values != null) {
        Elements.copy(type, row, k, values, at + count);
        Elements.setLong(narrow ? DType.U16 : DType.I32, indices, at + count, k);
      }
      count++;
    }
    return count;
  }
}
