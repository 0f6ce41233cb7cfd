package dev.pith.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScatterConvKernelsTest {

  private static ConvGeometry windows(long in, long out, long groups, long stride, long dilation) {
    return new ConvGeometry(
        2,
        in,
        out,
        groups,
        List.of(7L, 8L),
        List.of(3L, 2L),
        List.of(stride, stride),
        List.of(dilation, dilation),
        List.of(1L, 0L),
        List.of(0L, 1L));
  }

  /** ⟨conv(y), x⟩ = ⟨y, transposed(x)⟩ for every y and x. */
  @Test
  void aTransposedConvolutionIsTheAdjoint() {
    for (ConvGeometry g : List.of(windows(4, 6, 2, 1, 1), windows(2, 3, 1, 2, 2))) {
      RandomTensors random = new RandomTensors(g.groups());
      Tensor y = random.floats(0, 1, g.inputShape().dims());
      Tensor x = random.floats(0, 1, g.outputShape().dims());
      Tensor w = random.floats(0, 1, g.outputChannels(), g.inputChannels() / g.groups(), 3, 2);
      Tensor spread =
          KernelContract.reference(
                  ScatterConvKernels.TRANSPOSE,
                  new ConvTransposeProblem(DType.F32, g, false),
                  List.of(x, w),
                  List.of(new Output(DType.F32, g.inputShape())))
              .get(0);
      Tensor none = random.floats(0, 0, g.batch(), g.taps() * 2, g.output(0), g.output(1));
      Tensor slid =
          KernelContract.reference(
                  ScatterConvKernels.DEFORM,
                  new DeformConvProblem(DType.F32, g, 1, false, false),
                  List.of(y, w, none),
                  List.of(new Output(DType.F32, g.outputShape())))
              .get(0);
      assertEquals(dot(slid, x), dot(y, spread), 1e-3, g.toString());
    }
  }

  private static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (long i = 0; i < a.shape().elementCount(); i++) {
      sum += a.getDouble(i) * b.getDouble(i);
    }
    return sum;
  }

  @Test
  void overlappingBlocksAdd() {
    List<Long> ones = Collections.nCopies(1, 1L);
    List<Long> zero = Collections.nCopies(1, 0L);
    ConvGeometry g = new ConvGeometry(1, 1, 1, 1, List.of(3L), List.of(2L), ones, ones, zero, zero);
    float[] y =
        KernelContract.reference(
                ScatterConvKernels.FOLD,
                new FoldProblem(DType.F32, g),
                List.of(Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2)),
                List.of(new Output(DType.F32, g.inputShape())))
            .get(0)
            .toFloats();
    assertArrayEquals(new float[] {1, 5, 4}, y);
  }
}
