package dev.pith.kernels.matmul;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MatMulKernelsTest {

  private static Output output(MatMulProblem problem) {
    long[] batch = problem.batch().dims();
    long[] dims = Arrays.copyOf(batch, batch.length + 2);
    dims[batch.length] = problem.m();
    dims[batch.length + 1] = problem.n();
    return new Output(problem.dtype(), Shape.of(dims));
  }

  private static void check(Shape a, Shape b, boolean ta, boolean tb, float alpha) {
    RandomTensors random = new RandomTensors(a.hashCode());
    MatMulProblem problem = new MatMulProblem(DType.F32, a, b, ta, tb, alpha);
    List<String> names =
        KernelContract.checkClose(
            MatMulKernels.FAMILY,
            problem,
            List.of(random.floats(0, 1, a.dims()), random.floats(0, 1, b.dims())),
            List.of(output(problem)),
            Tolerance.RELATIVE,
            Tolerance.ofSum(problem.k(), Math.abs(alpha)));
    KernelContract.assertNames(names, "x86_mat_mul", "vector_mat_mul", "reference_mat_mul");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,17,5",
    "6,16,8",
    "7,15,300",
    "5,33,31",
    "13,130,17",
    "200,9,40",
    "3,4,0",
    "0,4,3"
  })
  void everyOrientation(long m, long n, long k) {
    for (int orientation = 0; orientation < 4; orientation++) {
      boolean ta = (orientation & 1) != 0;
      boolean tb = (orientation & 2) != 0;
      Shape a = ta ? Shape.of(k, m) : Shape.of(m, k);
      Shape b = tb ? Shape.of(n, k) : Shape.of(k, n);
      check(a, b, ta, tb, orientation == 3 ? 0.125f : 1);
    }
  }

  @Test
  void leadingExtentsBroadcast() {
    check(Shape.of(2, 3, 5, 4), Shape.of(2, 3, 4, 7), false, false, 1);
    check(Shape.of(3, 5, 4), Shape.of(2, 1, 4, 7), false, false, 1);
    check(Shape.of(2, 1, 4, 5), Shape.of(3, 7, 4), true, true, -2);
    check(Shape.of(5, 4), Shape.of(2, 3, 4, 7), false, false, 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"I8", "U8", "I16", "I32", "U32", "I64", "U64"})
  void integersWrap(DType type) {
    Tensor a = Tensor.of(new long[] {1, 2, 3, -4, 100, 0x7FFFFFFFFFFFFFFFL}, 2, 3);
    Tensor b = Tensor.of(new long[] {5, 6, -7, 8, 9, 10}, 3, 2);
    MatMulProblem problem = new MatMulProblem(type, a.shape(), b.shape(), false, false, 1);
    Tensor y =
        KernelContract.reference(
                MatMulKernels.FAMILY,
                problem,
                List.of(wrapped(a, type), wrapped(b, type)),
                List.of(output(problem)))
            .get(0);
    long big = a.getLong(5);
    long[] sums = {18, 52, -720 + big * 9, 776 + big * 10};
    assertArrayEquals(wrapped(Tensor.of(sums, 4), type).toLongs(), y.toLongs());
  }

  private static Tensor wrapped(Tensor longs, DType type) {
    Tensor result = Tensor.allocate(Arena.ofAuto(), type, longs.shape());
    for (long i = 0; i < longs.shape().elementCount(); i++) {
      Elements.setLong(type, result.values(), i, longs.getLong(i));
    }
    return result;
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F64"})
  void otherFloatingPointTypesAreSummedInDouble(DType type) {
    RandomTensors random = new RandomTensors(3);
    Tensor a = Weights.converted(random.floats(0, 1, 3, 4), type);
    Tensor b = Weights.converted(random.floats(0, 1, 4, 5), type);
    MatMulProblem problem = new MatMulProblem(type, a.shape(), b.shape(), false, false, 1);
    Tensor y =
        KernelContract.reference(
                MatMulKernels.FAMILY, problem, List.of(a, b), List.of(output(problem)))
            .get(0);
    for (int i = 0; i < 15; i++) {
      double sum = 0;
      for (int k = 0; k < 4; k++) {
        sum += a.getDouble(i / 5 * 4 + k) * b.getDouble(k * 5 + i % 5);
      }
      assertEquals(sum, y.getDouble(i), Tolerance.ofRounding(type) * Math.abs(sum));
    }
  }
}
