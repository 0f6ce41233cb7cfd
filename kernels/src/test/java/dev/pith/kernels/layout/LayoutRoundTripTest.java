package dev.pith.kernels.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutRoundTripTest {

  private static final long[][] SHAPES = {
    {1, 1}, {3, 5}, {16, 64}, {17, 63}, {5, 0}, {0, 7}, {33, 3, 3, 5}, {3, 700}, {40, 9}, {1, 4500}
  };
  private static final double[] SPARSITIES = {0, 0.5, 0.95, 1};
  private static final DType[] TYPES = {DType.F32, DType.F16, DType.BF16, DType.I8, DType.U8};

  static List<Layout> layouts() {
    return Layouts.ALL;
  }

  static List<Layout> compressed() {
    return Layouts.ALL.stream().filter(l -> l instanceof SparseLayout).toList();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void decodingGivesBackEveryElement(Layout layout) {
    for (long[] dims : SHAPES) {
      for (double sparsity : SPARSITIES) {
        for (DType dtype : TYPES) {
          Tensor dense = SparseWeights.of(layout, dtype, sparsity, dims.length, dims);
          try (Arena arena = Arena.ofConfined()) {
            Tensor encoded = layout.encode(dense, arena);
            layout.validate(encoded);
            assertEquals(dense.shape(), encoded.shape());
            Tensor decoded = layout.decode(encoded, arena);
            for (long i = 0; i < dense.shape().elementCount(); i++) {
              if (decoded.getDouble(i) != dense.getDouble(i)) {
                assertEquals(dense.getDouble(i), decoded.getDouble(i), encoded + " at " + i);
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void idAndParametersRestoreTheLayout(Layout layout) {
    assertEquals(layout, Layouts.parse(layout.id(), layout.parameters()));
    assertEquals(layout, Layouts.named(layout.name()));
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void listsHoldWhatDecodingGives(Layout layout) {
    SparseLayout sparse = (SparseLayout) layout;
    Random random = new Random(3);
    for (long[] dims : new long[][] {{17, 63}, {5, 700}, {33, 3, 3, 5}}) {
      for (double sparsity : SPARSITIES) {
        Tensor dense = SparseWeights.of(layout, DType.I8, sparsity, 9, dims);
        try (Arena arena = Arena.ofConfined()) {
          Tensor encoded = layout.encode(dense, arena);
          int columns = (int) dense.columns();
          for (int i = 0; i < 6; i++) {
            int from = i == 0 ? 0 : random.nextInt(columns);
            int to = i == 0 ? columns : from + random.nextInt(columns - from + 1);
            checkLists(sparse, dense, encoded, from, to, arena);
          }
        }
      }
    }
  }

  private static void checkLists(
      SparseLayout sparse, Tensor dense, Tensor encoded, int from, int to, Arena arena) {
    int width = to - from;
    RowLists lists = new RowLists(16, 16 + 4L * width, 4L * width + 8, 12);
    MemorySegment s = arena.allocate(16 + (sparse.groupRows() + 1) * (4L * width + 8), 16);
    for (long group = 0; group * sparse.groupRows() < dense.rows(); group++) {
      int count = sparse.list(encoded, group, from, to, s, lists);
      assertTrue(count <= width);
      for (int r = 0; r < sparse.groupRows(); r++) {
        long row = group * sparse.groupRows() + r;
        if (row >= dense.rows()) {
          break;
        }
        float[] found = new float[width];
        int last = -1;
        for (int i = 0; i < count; i++) {
          int offset = s.get(Elements.I32, lists.offsets() + 4L * i);
          assertTrue(offset % 12 == 0 && offset / 12 > last && offset / 12 < width);
          last = offset / 12;
          found[last] = s.get(Elements.F32, lists.values() + r * lists.valueStride() + 4L * i);
        }
        for (int c = 0; c < width; c++) {
          assertEquals(dense.getDouble(row * dense.columns() + from + c), found[c]);
        }
      }
    }
  }

  /** Whatever bytes change, validation either refuses the tensor or lists stay in range. */
  @ParameterizedTest
  @MethodSource("compressed")
  void hostileBytesAreRefusedOrHarmless(Layout layout) {
    SparseLayout sparse = (SparseLayout) layout;
    Random random = new Random(11);
    Tensor dense = SparseWeights.of(layout, DType.I8, 0.6, 5, 9, 77);
    int refused = 0;
    try (Arena arena = Arena.ofConfined()) {
      Tensor encoded = layout.encode(dense, arena);
      for (int trial = 0; trial < 800; trial++) {
        MemorySegment component = encoded.component(random.nextInt(encoded.components().size()));
        long at = random.nextLong(component.byteSize());
        byte old = component.get(ValueLayout.JAVA_BYTE, at);
        component.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(256));
        if (isRefused(encoded)) {
          refused++;
        } else {
          listAll(sparse, encoded, arena);
        }
        component.set(ValueLayout.JAVA_BYTE, at, old);
      }
    }
    assertTrue(refused > 0, layout.name() + " refused nothing");
  }

  private static boolean isRefused(Tensor encoded) {
    try {
      encoded.layout().validate(encoded);
      return false;
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("component"), e.getMessage());
      return true;
    }
  }

  private static void listAll(SparseLayout sparse, Tensor encoded, Arena arena) {
    int columns = (int) encoded.columns();
    RowLists lists = new RowLists(0, 4L * columns, 4L * columns, 1);
    MemorySegment s = arena.allocate(4L * columns * (1 + sparse.groupRows()), 4);
    for (long group = 0; group * sparse.groupRows() < encoded.rows(); group++) {
      int count = sparse.list(encoded, group, 0, columns, s, lists);
      for (int i = 0; i < count; i++) {
        int column = s.get(Elements.I32, 4L * i);
        assertTrue(column >= 0 && column < columns, "column " + column);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void componentsOfAnotherSizeAreRefused(Layout layout) {
    Tensor dense = SparseWeights.of(layout, DType.F32, 0.5, 5, 6, 20);
    Tensor encoded = layout.encode(dense, Arena.ofAuto());
    for (int i = 0; i < encoded.components().size(); i++) {
      for (long change : new long[] {-1, 1}) {
        List<MemorySegment> components = new ArrayList<>(encoded.components());
        long bytes = components.get(i).byteSize() + change;
        MemorySegment other = Arena.ofAuto().allocate(bytes);
        long common = Math.min(bytes, components.get(i).byteSize());
        MemorySegment.copy(components.get(i), 0, other, 0, common);
        components.set(i, other);
        Tensor wrong = Tensor.over(DType.F32, dense.shape(), layout, components);
        assertThrows(IllegalArgumentException.class, () -> layout.validate(wrong));
      }
    }
  }

  @Test
  void sizesAreWhatTheLayoutsPromise() {
    Tensor dense = SparseWeights.of(new CsrLayout(), DType.I8, 0.9, 1, 256, 1024);
    Arena arena = Arena.ofAuto();
    double weights = 256 * 1024;
    double bitmask = new BitmaskLayout().encode(dense, arena).byteSize() * 8 / weights;
    assertEquals(1 + 8 * 0.1, bitmask, 0.1);
    double delta = new DeltaLayout(4).encode(dense, arena).byteSize() * 8 / weights;
    assertTrue(delta < 1.4, "4-bit deltas at 10 % density: " + delta + " bits a weight");
    Tensor nm = SparseWeights.of(new NmLayout(2, 4), DType.I8, 0, 1, 64, 64);
    assertEquals(64 * 64 * 5 / 8, new NmLayout(2, 4).encode(nm, arena).byteSize());
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    Tensor full = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new NmLayout(2, 4).encode(full, Arena.ofAuto()));
    assertTrue(e.getMessage().contains("row 0 has 4 non-zeros"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new CodebookLayout(2, new CsrLayout()).encode(full, Arena.ofAuto()));
    Tensor longs = Tensor.of(new long[] {1, 2}, 1, 2);
    assertThrows(
        IllegalArgumentException.class, () -> new CsrLayout().encode(longs, Arena.ofAuto()));
    Tensor vector = Tensor.of(new float[] {1, 2}, 2);
    assertThrows(
        IllegalArgumentException.class, () -> new CsrLayout().encode(vector, Arena.ofAuto()));
    assertEquals(Shape.of(2), vector.shape());
  }
}
