package dev.pith.kernels.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReduceKernelsTest {

  private static long[] longs(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static ReduceProblem problem(ReduceFunction f, DType type, long[] dims, int... axes) {
    return new ReduceProblem(f, type, Shape.of(dims), Arrays.stream(axes).boxed().toList());
  }

  @ParameterizedTest
  @EnumSource(ReduceFunction.class)
  void everyKernelAgreesWithTheReference(ReduceFunction f) {
    RandomTensors random = new RandomTensors(f.name().hashCode());
    for (String text : List.of("1", "7", "3 5", "2 64", "4 1 33", "2 3 17", "3 40 9", "2 3 4 5")) {
      long[] dims = longs(text);
      for (int mask = 0; mask < 1 << dims.length; mask++) {
        int[] axes = axes(mask);
        ReduceProblem p = problem(f, DType.F32, dims, axes);
        Tensor x =
            f == ReduceFunction.LOG_SUM ? random.scales(1, dims) : random.floats(0.5, 1, dims);
        List<String> names =
            KernelContract.checkClose(
                ReduceKernels.REDUCE,
                p,
                List.of(x),
                List.of(new Output(DType.F32, Shape.of(p.outputs()))),
                1e-4,
                1e-5);
        assertEquals(
            p.isContiguous() && f != ReduceFunction.LOG_SUM_EXP,
            names.contains("vector_reduce_f32"),
            p.toString());
      }
    }
  }

  private static int[] axes(int mask) {
    return java.util.stream.IntStream.range(0, 8).filter(i -> (mask >> i & 1) != 0).toArray();
  }

  private static Tensor run(ReduceProblem p, Tensor x) {
    Output y = new Output(p.dtype(), Shape.of(p.outputs()));
    return KernelContract.reference(ReduceKernels.REDUCE, p, List.of(x), List.of(y)).get(0);
  }

  @Test
  void integersAreExactAndEmptySetsHaveTheirNeutralElement() {
    Tensor big = Tensor.of(new long[] {(1L << 60) + 1, 2, -5, 7}, 2, 2);
    assertArrayEquals(
        new long[] {(1L << 60) + 3, 2},
        run(problem(ReduceFunction.SUM, DType.I64, new long[] {2, 2}, 1), big).toLongs());
    assertArrayEquals(
        new long[] {-5, 2},
        run(problem(ReduceFunction.MIN, DType.I64, new long[] {2, 2}, 0), big).toLongs());
    Tensor none = Tensor.of(new float[0], 2, 0);
    for (ReduceFunction f : ReduceFunction.values()) {
      float expected =
          switch (f) {
            case SUM, L1, L2, SUM_SQUARE -> 0;
            case PROD -> 1;
            case MEAN -> Float.NaN;
            case MIN -> Float.POSITIVE_INFINITY;
            case MAX, LOG_SUM, LOG_SUM_EXP -> Float.NEGATIVE_INFINITY;
          };
      ReduceProblem p = problem(f, DType.F32, new long[] {2, 0}, 1);
      KernelContract.checkClose(
          ReduceKernels.REDUCE,
          p,
          List.of(none),
          List.of(new Output(DType.F32, Shape.of(2))),
          0,
          0);
      assertArrayEquals(new float[] {expected, expected}, run(p, none).toFloats(), f.name());
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,10,1", "2,33,1", "1,1000,1", "2,3,5", "3,7,40", "1,21,64", "4,0,3"})
  void softmaxKernelsAgree(long outer, long n, long inner) {
    RandomTensors random = new RandomTensors(n);
    for (SoftmaxFunction f : SoftmaxFunction.values()) {
      Tensor x = random.floats(3, 10, outer, n, inner);
      KernelContract.checkClose(
          ReduceKernels.SOFTMAX,
          new SoftmaxProblem(f, DType.F32, outer, n, inner),
          List.of(x),
          List.of(new Output(DType.F32, x.shape())),
          1e-5,
          1e-6);
    }
  }

  @Test
  void softmaxByHand() {
    Tensor x = Tensor.of(new float[] {1, 3, 3}, 3);
    Output y = new Output(DType.F32, x.shape());
    SoftmaxProblem hard = new SoftmaxProblem(SoftmaxFunction.HARDMAX, DType.F32, 1, 3, 1);
    assertArrayEquals(
        new float[] {0, 1, 0},
        KernelContract.reference(ReduceKernels.SOFTMAX, hard, List.of(x), List.of(y))
            .get(0)
            .toFloats());
    SoftmaxProblem soft = new SoftmaxProblem(SoftmaxFunction.SOFTMAX, DType.F32, 1, 3, 1);
    float[] p =
        KernelContract.reference(ReduceKernels.SOFTMAX, soft, List.of(x), List.of(y))
            .get(0)
            .toFloats();
    assertEquals(Math.exp(-2) / (2 + Math.exp(-2)), p[0], 1e-7);
  }
}
