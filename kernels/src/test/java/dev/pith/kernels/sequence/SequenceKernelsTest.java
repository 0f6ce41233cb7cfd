package dev.pith.kernels.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceKernelsTest {

  private static <P extends Problem> long[] run(
      KernelFamily<P> family, P problem, DType type, Shape shape, Tensor... inputs) {
    List<Output> outputs = List.of(new Output(type, shape));
    KernelContract.check(family, problem, List.of(inputs), outputs);
    return KernelContract.reference(family, problem, List.of(inputs), outputs).get(0).toLongs();
  }

  private static long[] cumulative(
      BinaryFunction function, boolean exclusive, boolean reverse, Tensor x) {
    CumulativeProblem problem =
        new CumulativeProblem(function, x.dtype(), 1, 3, 2, exclusive, reverse);
    return run(SequenceKernels.CUMULATIVE, problem, x.dtype(), x.shape(), x);
  }

  @Test
  void runningResults() {
    for (Tensor x :
        List.of(
            Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2),
            Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2))) {
      assertArrayEquals(
          new long[] {1, 2, 4, 6, 9, 12}, cumulative(BinaryFunction.ADD, false, false, x));
      assertArrayEquals(
          new long[] {0, 0, 1, 2, 4, 6}, cumulative(BinaryFunction.ADD, true, false, x));
      assertArrayEquals(
          new long[] {9, 12, 8, 10, 5, 6}, cumulative(BinaryFunction.ADD, false, true, x));
      assertArrayEquals(
          new long[] {15, 24, 5, 6, 1, 1}, cumulative(BinaryFunction.MUL, true, true, x));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new CumulativeProblem(BinaryFunction.SUB, DType.F32, 1, 3, 2, false, false));
  }

  @Test
  void beginningsAreReversed() {
    Tensor x = Tensor.of(new long[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 4);
    Tensor lengths = Tensor.of(new long[] {3, 1}, 2);
    ReverseProblem rows = new ReverseProblem(DType.I64, x.shape(), 0, 1);
    assertArrayEquals(
        new long[] {2, 1, 0, 3, 4, 5, 6, 7},
        run(SequenceKernels.REVERSE, rows, DType.I64, x.shape(), x, lengths));
    ReverseProblem columns = new ReverseProblem(DType.I64, Shape.of(4, 2), 1, 0);
    assertArrayEquals(
        new long[] {4, 1, 2, 3, 0, 5, 6, 7},
        run(SequenceKernels.REVERSE, columns, DType.I64, Shape.of(4, 2), x, lengths));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            run(
                SequenceKernels.REVERSE,
                rows,
                DType.I64,
                x.shape(),
                x,
                Tensor.of(new long[] {5, 0}, 2)));
  }
}
