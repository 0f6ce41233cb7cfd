package dev.pith.kernels.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolKernelsTest {

  /** One axis after the other: input, kernel, stride, dilation, pad before, pad after. */
  private static PoolGeometry geometry(long batch, long channels, String axes) {
    List<List<Long>> columns = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      columns.add(new ArrayList<>());
    }
    for (String axis : axes.split(" ", -1)) {
      long[] n = Arrays.stream(axis.split(",", -1)).mapToLong(Long::parseLong).toArray();
      for (int i = 0; i < 6; i++) {
        columns.get(i).add(n[i]);
      }
      long room = n[0] + n[4] + n[5] - ((n[1] - 1) * n[3] + 1);
      columns.get(6).add(Math.ceilDiv(room, n[2]) + 1);
    }
    return new PoolGeometry(
        batch,
        channels,
        columns.get(0),
        columns.get(1),
        columns.get(2),
        columns.get(3),
        columns.get(4),
        columns.get(5),
        columns.get(6));
  }

  private static Shape shape(PoolGeometry g, List<Long> spatial) {
    long[] dims = new long[spatial.size() + 2];
    dims[0] = g.batch();
    dims[1] = g.channels();
    for (int i = 0; i < spatial.size(); i++) {
      dims[i + 2] = spatial.get(i);
    }
    return Shape.of(dims);
  }

  private static List<String> check(
      PoolFunction function, DType type, PoolGeometry g, boolean all) {
    long[] dims = shape(g, g.input()).dims();
    RandomTensors random = new RandomTensors(g.hashCode());
    Tensor x = type == DType.F32 ? random.floats(-1, 2, dims) : random.bytes(type, dims);
    PoolProblem problem = new PoolProblem(function, type, g, all, 2, false, false);
    return KernelContract.checkClose(
        PoolKernels.POOL,
        problem,
        List.of(x),
        List.of(new Output(type, shape(g, g.output()))),
        1e-5,
        1e-5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,1,1,1,0,0 1,1,1,1,0,0",
        "7,3,1,1,1,1 19,3,1,1,1,1",
        "8,2,2,1,0,0 37,2,2,1,0,0",
        "13,3,2,1,1,0 41,3,2,1,0,1",
        "9,3,3,1,0,0 70,5,3,1,2,2",
        "6,2,1,3,1,1 35,3,1,2,2,0",
        "10,4,2,1,3,3 18,4,2,2,3,3",
        "65,3,1,1,2,2",
        "100,4,5,1,0,0",
        "3,2,1,1,0,0 4,3,2,1,1,1 17,2,2,1,0,0",
        "2,3,1,1,2,2 3,3,1,1,2,2"
      })
  void everyKernelAgreesWithTheReference(String axes) {
    PoolGeometry g = geometry(2, 3, axes);
    List<String> both = List.of("vector_pool", "reference_pool");
    assertFloats(g, check(PoolFunction.MAX, DType.F32, g, false));
    assertEquals(both, check(PoolFunction.MAX, DType.U8, g, false));
    assertFloats(g, check(PoolFunction.AVERAGE, DType.F32, g, false));
    assertFloats(g, check(PoolFunction.AVERAGE, DType.F32, g, true));
    assertEquals(List.of("reference_pool"), check(PoolFunction.LP, DType.F32, g, false));
    assertEquals(List.of("reference_pool"), check(PoolFunction.MAX, DType.I8, g, false));
  }

  private static void assertFloats(PoolGeometry g, List<String> names) {
    if (g.axes() <= 2 && g.strides().getLast() <= 2) {
      KernelContract.assertNames(names, "x86_pool", "vector_pool", "reference_pool");
    } else {
      assertEquals(List.of("vector_pool", "reference_pool"), names);
    }
  }

  private static List<Tensor> pool(PoolProblem problem, Tensor x) {
    Shape y = shape(problem.geometry(), problem.geometry().output());
    List<Output> outputs = new ArrayList<>(List.of(new Output(problem.dtype(), y)));
    if (problem.indices()) {
      outputs.add(new Output(DType.I64, y));
    }
    return KernelContract.reference(PoolKernels.POOL, problem, List.of(x), outputs);
  }

  @Test
  void valuesAndIndicesByHand() {
    Tensor x = Tensor.of(new float[] {1, 5, 2, 4, 3, 6}, 1, 1, 2, 3);
    PoolGeometry g = geometry(1, 1, "2,2,1,1,0,0 3,2,1,1,0,0");
    List<Tensor> rows =
        pool(new PoolProblem(PoolFunction.MAX, DType.F32, g, false, 0, true, false), x);
    assertArrayEquals(new float[] {5, 6}, rows.get(0).toFloats());
    assertArrayEquals(new long[] {1, 5}, rows.get(1).toLongs());
    List<Tensor> columns =
        pool(new PoolProblem(PoolFunction.MAX, DType.F32, g, false, 0, true, true), x);
    assertArrayEquals(new long[] {2, 5}, columns.get(1).toLongs());
    List<Tensor> lp =
        pool(new PoolProblem(PoolFunction.LP, DType.F32, g, false, 1, false, false), x);
    assertArrayEquals(new float[] {13, 16}, lp.get(0).toFloats());
  }

  @Test
  void unpoolUndoesPool() {
    Tensor x = Tensor.of(new float[] {7, 9}, 1, 1, 1, 2);
    Tensor at = Tensor.of(new long[] {1, 5}, 1, 1, 1, 2);
    Tensor y =
        KernelContract.reference(
                PoolKernels.UNPOOL,
                new UnpoolProblem(DType.F32, 2, Shape.of(1, 1, 2, 3), Shape.of(1, 1, 2, 4)),
                List.of(x, at),
                List.of(new Output(DType.F32, Shape.of(1, 1, 2, 4))))
            .get(0);
    assertArrayEquals(new float[] {0, 7, 0, 0, 0, 0, 9, 0}, y.toFloats());
  }

  @Test
  void wholePixelRegionsKeepTheirLargestPixel() {
    float[] pixels = new float[16];
    for (int i = 0; i < 16; i++) {
      pixels[i] = i;
    }
    RoiProblem problem =
        new RoiProblem(RoiProblem.Mode.MAX_WHOLE, DType.F32, 1, 1, 4, 4, 1, 2, 2, 0, 1, false);
    Tensor y =
        KernelContract.reference(
                PoolKernels.ROI,
                problem,
                List.of(
                    Tensor.of(pixels, 1, 1, 4, 4), Tensor.of(new float[] {0, 0, 0, 3, 3}, 1, 5)),
                List.of(new Output(DType.F32, Shape.of(1, 1, 2, 2))))
            .get(0);
    assertArrayEquals(new float[] {5, 7, 13, 15}, y.toFloats());
  }
}
