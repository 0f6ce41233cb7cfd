package dev.pith.kernels.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One way to hold the elements of a tensor in memory and in files.
 *
 * <p>Compressed layouts see a tensor as a matrix: {@code rows} = extent 0 (output channels), {@code
 * columns} = product of the other extents (for convolutions, whose weights are stored O,KH,KW,I,
 * the input channel varies fastest). Implementations are immutable records, thread-safe, with value
 * equality; id and parameters are written to files and never change their meaning.
 */
public interface Layout {

  /** The number that stands for this layout in files. */
  int id();

  /** Parameters written beside the id (block sizes, N and M); empty for none. */
  List<Integer> parameters();

  /** Field name: {@code dense}, {@code csr}, {@code block2x4}, {@code nm2:4} … */
  String name();

  /** Names of the components that {@link Tensor#component} numbers, in order. */
  List<String> componentNames();

  /** Whether zeros are left out. */
  boolean isSparse();

  /**
   * Encodes a dense tensor; elements equal to zero (−0.0 too) are left out by sparse layouts.
   *
   * @param dense a tensor in dense layout, rank 2 or more
   * @param arena owns the encoded components
   * @throws IllegalArgumentException if the tensor cannot be held (dtype, extents, pattern)
   */
  Tensor encode(Tensor dense, Arena arena);

  /**
   * Writes rows {@code from} to {@code to} densely (row-major, the tensor's dtype) into {@code
   * rows}; kernels use it to unpack a small panel, never the whole tensor.
   */
  void decodeRows(Tensor encoded, long from, long to, MemorySegment rows);

  /**
   * Checks that every index, offset and count lies in range, so that kernels need not.
   *
   * @throws IllegalArgumentException naming the component, the position and the value
   */
  void validate(Tensor encoded);

  /** The whole tensor in dense layout; for tests, export and inspection, never for execution. */
  default Tensor decode(Tensor encoded, Arena arena) {
    Tensor dense = Tensor.allocate(arena, encoded.dtype(), encoded.shape());
    if (encoded.shape().elementCount() > 0) {
      decodeRows(encoded, 0, encoded.rows(), dense.values());
    }
    return dense.withQuantization(encoded.quantization());
  }
}
