package dev.pith.kernels.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinalgKernelsTest {

  @Test
  void determinantsWithAndWithoutPivots() {
    Tensor x = Tensor.of(new float[] {0, 2, 3, 4, 1, 2, 2, 4}, 2, 2, 2);
    float[] y =
        KernelContract.reference(
                LinalgKernels.DETERMINANT,
                new DeterminantProblem(DType.F32, 2, 2),
                List.of(x),
                List.of(new Output(DType.F32, Shape.of(2))))
            .get(0)
            .toFloats();
    assertArrayEquals(new float[] {-6, 0}, y);
  }

  @Test
  void aMatrixProductAsAnEinsteinSum() {
    // Labels i, k of the output, then j, which is summed.
    EinsumProblem p =
        new EinsumProblem(
            DType.F32, List.of(2L, 2L, 3L), 2, List.of(List.of(3L, 0L, 1L), List.of(0L, 1L, 2L)));
    float[] y =
        KernelContract.reference(
                LinalgKernels.EINSUM,
                p,
                List.of(
                    Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                    Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2)),
                List.of(new Output(DType.F32, Shape.of(2, 2))))
            .get(0)
            .toFloats();
    assertArrayEquals(new float[] {4, 5, 10, 11}, y);
  }
}
