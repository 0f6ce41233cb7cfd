package dev.pith.kernels.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QResidualKernelsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 31, 32, 33, 4095, 9001})
  void sumsOfOneShapeAreTheReferencesBytes(int count) {
    RandomTensors random = new RandomTensors(count);
    Tensor a = random.bytes(DType.U8, count);
    Tensor b = random.bytes(DType.U8, count);
    for (int[] zeros : new int[][] {{0, 255, 128}, {131, 7, 0}, {255, 0, 255}}) {
      QAddProblem problem =
          new QAddProblem(a.shape(), b.shape(), zeros[0], 0.5f, zeros[1], 0.37f, zeros[2], 3, 250);
      List<String> names =
          KernelContract.check(
              QuantizedKernels.ADD, problem, List.of(a, b), List.of(output(a.shape())));
      assertTrue(names.contains("vector_q_add"), names.toString());
    }
  }

  private static Output output(Shape shape) {
    return new Output(DType.U8, shape);
  }

  @Test
  void globalAveragesAreTheReferencesBytes() {
    RandomTensors random = new RandomTensors(4);
    for (List<Long> extents : List.of(List.of(1L, 1L), List.of(4L, 4L), List.of(7L, 9L))) {
      List<Long> ones = List.of(1L, 1L);
      List<Long> none = List.of(0L, 0L);
      Tensor x = random.bytes(DType.U8, 2, 5, extents.get(0), extents.get(1));
      QAveragePoolProblem problem =
          new QAveragePoolProblem(
              2, 5, extents, extents, ones, ones, none, none, ones, false, 77, 1.3f, 100, 0, 255);
      List<String> names =
          KernelContract.check(
              QuantizedKernels.AVERAGE_POOL,
              problem,
              List.of(x),
              List.of(output(Shape.of(2, 5, 1, 1))));
      assertEquals(List.of("direct_q_global_average_pool", "reference_q_average_pool"), names);
    }
  }
}
