package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Values shared by all elements: {@code codes} of 2 to 8 bits, packed lowest bits first, number the
 * entries of {@code codebook}, which holds 1 to 2^bits elements of the tensor's type, strictly
 * ascending.
 *
 * <p>The codes stand where {@code pattern} has its values (for dense: row-major), and the pattern's
 * other components follow them unchanged; so a pruned and clustered weight (Han et al., Deep
 * Compression, 2016) is {@code CodebookLayout(5, DeltaLayout(4))}. Encoding is exact: whoever wants
 * fewer values clusters the weight first.
 *
 * @param bits bits of a code, 2 to 8
 * @param pattern which elements are stored: dense, or any other sparse layout
 */
public record CodebookLayout(int bits, Layout pattern) implements SparseLayout {

  public CodebookLayout {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("codes have 2 to 8 bits, not " + bits);
    }
    if (pattern instanceof CodebookLayout
        || !(pattern instanceof Dense || pattern instanceof SparseLayout)) {
      throw new IllegalArgumentException("a codebook cannot be laid over " + pattern.name());
    }
  }

  @Override
  public int id() {
    return 6;
  }

  /** Bits, id of the pattern, parameters of the pattern. */
  @Override
  public List<Integer> parameters() {
    List<Integer> parameters = new ArrayList<>(List.of(bits, pattern.id()));
    parameters.addAll(pattern.parameters());
    return List.copyOf(parameters);
  }

  @Override
  public String name() {
    return "codebook" + bits + (isSparse() ? "+" + pattern.name() : "");
  }

  /** {@code codes}, the pattern's components after its values, {@code codebook}. */
  @Override
  public List<String> componentNames() {
    List<String> names = new ArrayList<>(pattern.componentNames());
    names.set(0, "codes");
    names.add("codebook");
    return List.copyOf(names);
  }

  @Override
  public boolean isSparse() {
    return pattern.isSparse();
  }

  @Override
  public int groupRows() {
    return pattern instanceof SparseLayout sparse ? sparse.groupRows() : 1;
  }

  @Override
  public int rowStep() {
    return pattern instanceof SparseLayout sparse ? sparse.rowStep() : 0;
  }

  /** The codebook of a tensor in this layout. */
  MemorySegment book(Tensor encoded) {
    return encoded.component(encoded.components().size() - 1);
  }

  /** Code {@code at}. */
  int code(MemorySegment codes, long at) {
    return PackedBits.get(codes, at * bits, bits);
  }

  /** The value that code {@code at} stands for. */
  float value(Tensor encoded, long at) {
    return StoredValues.element(encoded.dtype(), book(encoded), code(encoded.component(0), at));
  }

  @Override
  public Tensor encode(Tensor dense, Arena arena) {
    try (Arena temporary = Arena.ofConfined()) {
      LayoutChecks.type(dense.dtype(), dense.shape(), this);
      Tensor plain = pattern.isSparse() ? pattern.encode(dense, temporary) : dense;
      MemorySegment values = plain.values();
      DType dtype = dense.dtype();
      long count = values.byteSize() * 8 / dtype.bits();
      TreeSet<Float> distinct = new TreeSet<>();
      for (long i = 0; i < count; i++) {
        distinct.add(StoredValues.element(dtype, values, i) + 0f); // -0.0 becomes 0
        if (distinct.size() > 1 << bits) {
          throw new IllegalArgumentException(
              dense
                  + " has more than "
                  + (1 << bits)
                  + " distinct values; cluster it before "
                  + name()
                  + " encodes it");
        }
      }
      if (distinct.isEmpty()) {
        distinct.add(0f);
      }
      Map<Float, Integer> numbers = new HashMap<>();
      MemorySegment book = WeightMatrix.allocate(arena, dtype, distinct.size());
      for (float value : distinct) {
        Elements.setDouble(dtype, book, numbers.size(), value);
        numbers.put(value, numbers.size());
      }
      MemorySegment codes = WeightMatrix.allocate(arena, PackedBits.byteSize(count, bits));
      for (long i = 0; i < count; i++) {
        int code = numbers.get(StoredValues.element(dtype, values, i) + 0f);
        PackedBits.set(codes, i * bits, bits, code);
      }
      List<MemorySegment> components = new ArrayList<>();
      components.add(codes);
      for (MemorySegment component : plain.components().subList(1, plain.components().size())) {
        components.add(WeightMatrix.allocate(arena, component.byteSize()).copyFrom(component));
      }
      components.add(book);
      return Tensor.over(dtype, dense.shape(), this, components)
          .withQuantization(dense.quantization());
    }
  }

  @Override
  public int positions(
      Tensor encoded, long group, int from, int to, MemorySegment s, RowLists lists) {
    if (pattern instanceof SparseLayout sparse) {
      return sparse.positions(encoded, group, from, to, s, lists);
    }
    int base = (int) (group * encoded.columns()) + from;
    for (int i = 0; i < to - from; i++) {
      s.set(Elements.I32, lists.offsets() + 4L * i, i * lists.stride());
      s.set(Elements.I32, lists.values() + 4L * i, base + i);
    }
    return to - from;
  }

  /** See {@link StoredValues#gather}. */
  void gather(Tensor encoded, MemorySegment s, long positions, int count, int add, long out) {
    MemorySegment codes = encoded.component(0);
    MemorySegment book = book(encoded);
    DType dtype = encoded.dtype();
    for (int i = 0; i < count; i++) {
      long at = s.get(Elements.I32, positions + 4L * i) + (long) add;
      s.set(Elements.F32, out + 4L * i, StoredValues.element(dtype, book, code(codes, at)));
    }
  }

  /** Rows in dense order; allocates nothing where the pattern is dense. */
  @Override
  public void decodeRows(Tensor encoded, long from, long to, MemorySegment rows) {
    if (isSparse()) {
      SparseLayout.super.decodeRows(encoded, from, to, rows);
      return;
    }
    MemorySegment codes = encoded.component(0);
    MemorySegment book = book(encoded);
    long first = from * encoded.columns();
    long count = (to - from) * encoded.columns();
    for (long i = 0; i < count; i++) {
      StoredValues.copy(encoded.dtype(), book, code(codes, first + i), rows, i);
    }
  }

  @Override
  public long checkPattern(Tensor encoded) {
    if (pattern instanceof SparseLayout sparse) {
      return sparse.checkPattern(encoded);
    }
    long count = encoded.shape().elementCount();
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name()
              + " cannot hold the "
              + count
              + " elements of "
              + encoded
              + "; fewer than 2^31 fit");
    }
    return count;
  }

  @Override
  public void checkPadding(Tensor encoded) {
    if (pattern instanceof SparseLayout sparse) {
      sparse.checkPadding(encoded);
    }
  }

  /** Refuses codes and codebooks that are not well formed. */
  void checkCodes(Tensor encoded, long count) {
    LayoutChecks.size(encoded, 0, PackedBits.byteSize(count, bits));
    int last = encoded.components().size() - 1;
    MemorySegment book = book(encoded);
    int width = encoded.dtype().bits() / 8;
    long entries = book.byteSize() / width;
    if (book.byteSize() % width != 0 || entries < 1 || entries > 1 << bits) {
      throw new IllegalArgumentException(
          "component codebook of "
              + encoded
              + " has "
              + book.byteSize()
              + " bytes; 1 to "
              + (1 << bits)
              + " elements are possible");
    }
    for (long i = 1; i < entries; i++) {
      float before = StoredValues.element(encoded.dtype(), book, i - 1);
      float value = StoredValues.element(encoded.dtype(), book, i);
      if (!(value > before)) {
        throw new IllegalArgumentException(
            "component "
                + componentNames().get(last)
                + "["
                + i
                + "] is "
                + value
                + " after "
                + before
                + "; entries must rise");
      }
    }
    MemorySegment codes = encoded.component(0);
    for (long i = 0; i < count; i++) {
      int code = code(codes, i);
      if (code >= entries) {
        throw LayoutChecks.bad(encoded, 0, i, code, "the codebook has " + entries + " entries");
      }
    }
    for (long bit = count * bits; bit < codes.byteSize() * 8; bit++) {
      if (PackedBits.get(codes, bit, 1) != 0) {
        throw LayoutChecks.bad(encoded, 0, bit / bits, 1, "unused bits must be 0");
      }
    }
  }
}
