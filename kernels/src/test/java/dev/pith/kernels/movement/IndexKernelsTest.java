package dev.pith.kernels.movement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexKernelsTest {

  private static Tensor random(DType type, long... dims) {
    byte[] bytes = new byte[(int) type.byteSize(Shape.of(dims).elementCount())];
    new Random(bytes.length).nextBytes(bytes);
    return Tensor.ofBytes(type, bytes, dims);
  }

  private static Tensor indices(long extent, long... dims) {
    int count = (int) Shape.of(dims).elementCount();
    return Tensor.of(new Random(count).longs(count, -extent, extent).toArray(), dims);
  }

  /** The reference's result, after all kernels were compared with it. */
  private static <P extends Problem> Tensor run(
      KernelFamily<P> family, P problem, DType type, Shape shape, Tensor... inputs) {
    List<Output> outputs = List.of(new Output(type, shape));
    KernelContract.check(family, problem, List.of(inputs), outputs);
    return KernelContract.reference(family, problem, List.of(inputs), outputs).get(0);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyGatherKernelGivesTheReferencesBytes(DType type) {
    for (long slice : new long[] {1, 2, 40, 300}) {
      long even = type.bits() == 4 ? 2 * slice : slice;
      GatherProblem shared = new GatherProblem(type, DType.I64, 3, true, 7, List.of(5L), even);
      Tensor x = random(type, 3, 5, even);
      run(MovementKernels.GATHER, shared, type, Shape.of(3, 7, even), x, indices(5, 7));
      GatherProblem tuples = new GatherProblem(type, DType.I64, 3, false, 7, List.of(5L, 2L), even);
      x = random(type, 3, 5, 2, even);
      run(MovementKernels.GATHER, tuples, type, Shape.of(3, 7, even), x, indices(2, 3, 7, 2));
    }
  }

  @Test
  void gatherPicksSlices() {
    Tensor x = Tensor.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2);
    GatherProblem problem = new GatherProblem(DType.F32, DType.I32, 1, true, 3, List.of(3L), 2);
    Tensor y =
        run(
            MovementKernels.GATHER,
            problem,
            DType.F32,
            Shape.of(3, 2),
            x,
            Tensor.of(new int[] {2, -3, 1}, 3));
    assertArrayEquals(new float[] {20, 21, 0, 1, 10, 11}, y.toFloats());
  }

  @Test
  void indicesOutsideFailTheRun() {
    GatherProblem problem = new GatherProblem(DType.F32, DType.I64, 1, true, 2, List.of(3L), 1);
    for (long bad : new long[] {3, -4, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  run(
                      MovementKernels.GATHER,
                      problem,
                      DType.F32,
                      Shape.of(2),
                      random(DType.F32, 3),
                      Tensor.of(new long[] {0, bad}, 2)));
      assertEquals("index " + bad + " (number 1) is outside [-3, 3)", e.getMessage());
    }
  }

  @Test
  void singleElementsAreGathered() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    GatherElementsProblem problem =
        new GatherElementsProblem(DType.F32, DType.I64, x.shape(), Shape.of(2, 2), 1);
    Tensor y =
        run(
            MovementKernels.GATHER_ELEMENTS,
            problem,
            DType.F32,
            Shape.of(2, 2),
            x,
            Tensor.of(new long[] {2, 0, -1, 1}, 2, 2));
    assertArrayEquals(new float[] {3, 1, 6, 5}, y.toFloats());
  }

  @Test
  void scatteredElementsMeetInOrder() {
    Tensor x = Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor indices = Tensor.of(new long[] {1, 1, 0, -1}, 2, 2);
    Tensor updates = Tensor.of(new int[] {10, -20, 30, 40}, 2, 2);
    Map<ScatterReduction, long[]> expected =
        Map.of(
            ScatterReduction.NONE, new long[] {1, -20, 3, 30, 5, 40},
            ScatterReduction.ADD, new long[] {1, -8, 3, 34, 5, 46},
            ScatterReduction.MUL, new long[] {1, -400, 3, 120, 5, 240},
            ScatterReduction.MIN, new long[] {1, -20, 3, 4, 5, 6},
            ScatterReduction.MAX, new long[] {1, 10, 3, 30, 5, 40});
    for (ScatterReduction reduction : ScatterReduction.values()) {
      ScatterElementsProblem problem =
          new ScatterElementsProblem(
              DType.I32, DType.I64, x.shape(), indices.shape(), 1, reduction);
      Tensor y =
          run(MovementKernels.SCATTER_ELEMENTS, problem, DType.I32, x.shape(), x, indices, updates);
      assertArrayEquals(expected.get(reduction), y.toLongs(), reduction.name());
    }
  }

  @Test
  void scatteredSlicesMeetInOrder() {
    Tensor x = random(DType.F32, 40, 3, 1000);
    Tensor updates = Tensor.of(new float[4000], 4, 1000);
    Tensor indices = Tensor.of(new long[] {0, 0, 39, -1, -40, 0, 7, 1}, 4, 2);
    ScatterProblem problem =
        new ScatterProblem(DType.F32, DType.I64, 4, List.of(40L, 3L), 1000, ScatterReduction.NONE);
    Tensor y = run(MovementKernels.SCATTER, problem, DType.F32, x.shape(), x, indices, updates);
    for (long i = 0; i < x.shape().elementCount(); i++) {
      long slice = i / 1000;
      boolean met = slice == 0 || slice == 39 * 3 + 2 || slice == 7 * 3 + 1;
      double expected = met ? 0 : x.getDouble(i);
      assertTrue(
          expected == y.getDouble(i) || Double.isNaN(expected) && Double.isNaN(y.getDouble(i)));
    }
  }

  @Test
  void oneHotVectors() {
    Tensor indices = Tensor.of(new long[] {0, -1, 3, 2}, 2, 2);
    Tensor values = Tensor.of(new float[] {5, 9}, 2);
    OneHotProblem problem = new OneHotProblem(DType.I64, DType.F32, 2, 3, 2);
    Tensor y =
        run(
            MovementKernels.ONE_HOT,
            problem,
            DType.F32,
            Shape.of(2, 3, 2),
            indices,
            Tensor.scalar(3L),
            values);
    assertArrayEquals(new float[] {9, 5, 5, 5, 5, 9, 5, 5, 5, 5, 5, 9}, y.toFloats());
  }
}
