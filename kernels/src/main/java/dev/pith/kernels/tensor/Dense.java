package dev.pith.kernels.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Row-major elements without gaps: one component, {@code values}. */
public record Dense() implements Layout {

  /** The one instance needed. */
  public static final Dense LAYOUT = new Dense();

  @Override
  public int id() {
    return 0;
  }

  @Override
  public List<Integer> parameters() {
    return List.of();
  }

  @Override
  public String name() {
    return "dense";
  }

  @Override
  public List<String> componentNames() {
    return List.of("values");
  }

  @Override
  public boolean isSparse() {
    return false;
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    return dense;
  }

  @Override
  public void decodeRows(Tensor encoded, long from, long to, MemorySegment rows) {
    long first = encoded.dtype().byteSize(from * encoded.columns());
    long bytes = encoded.dtype().byteSize((to - from) * encoded.columns());
    MemorySegment.copy(encoded.values(), first, rows, 0, bytes);
  }

  @Override
  public void validate(Tensor encoded) {
    long expected = encoded.dtype().byteSize(encoded.shape().elementCount());
    if (encoded.values().byteSize() != expected) {
      throw new IllegalArgumentException(
          "component values has "
              + encoded.values().byteSize()
              + " bytes; "
              + encoded.dtype()
              + encoded.shape()
              + " needs "
              + expected);
    }
  }
}
