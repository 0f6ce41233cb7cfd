package dev.pith.kernels.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalKernelsTest {

  private static <P extends Problem> float[] run(
      KernelFamily<P> family, P problem, long count, Tensor... inputs) {
    Output y = new Output(DType.F32, Shape.of(count));
    return KernelContract.reference(family, problem, List.of(inputs), List.of(y)).get(0).toFloats();
  }

  private static Tensor floats(float... values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void aSpectrumGoesBackToItsSignal() {
    float[] signal = {1, 4, -2, 0.5f, 3};
    DftProblem there = new DftProblem(DType.F32, 1, 5, 1, 1, 5, 3, false, false);
    float[] half = run(SignalKernels.DFT, there, 6, floats(signal));
    DftProblem back = new DftProblem(DType.F32, 1, 3, 1, 2, 5, 5, true, true);
    assertArrayEquals(signal, run(SignalKernels.DFT, back, 5, floats(half)), 1e-5f);
  }

  @Test
  void aShortSignalIsPaddedWithZeros() {
    DftProblem p = new DftProblem(DType.F32, 1, 2, 1, 1, 4, 4, false, false);
    float[] y = run(SignalKernels.DFT, p, 8, floats(1, 1));
    assertArrayEquals(new float[] {2, 0, 1, -1, 0, 0, 1, 1}, y, 1e-6f);
  }

  @Test
  void framesAreWindowedAndTransformed() {
    StftProblem p = new StftProblem(DType.F32, 1, 4, 1, 2, 2, 2, 2, true);
    float[] y = run(SignalKernels.STFT, p, 8, floats(1, 2, 3, 4), floats(1), floats(1, 0.5f));
    assertArrayEquals(new float[] {2, 0, 0, 0, 5, 0, 1, 0}, y, 1e-6f);
  }

  @Test
  void windowsOfThree() {
    WindowProblem hann = new WindowProblem(DType.F32, 3, false, 0.5, 0.5, 0);
    assertArrayEquals(new float[] {0, 1, 0}, run(SignalKernels.WINDOW, hann, 3), 1e-6f);
    WindowProblem one = new WindowProblem(DType.F32, 1, false, 0.42, 0.5, 0.08);
    assertArrayEquals(new float[] {0}, run(SignalKernels.WINDOW, one, 1), 1e-6f);
  }

  @Test
  void everyMelBandIsATriangleWithPeakOne() {
    MelProblem p = new MelProblem(DType.F32, 4, 64, 8000, 0, 4000);
    float[] y = run(SignalKernels.MEL, p, 33 * 4);
    for (int band = 0; band < 4; band++) {
      float peak = 0;
      for (int bin = 0; bin < 33; bin++) {
        peak = Math.max(peak, y[bin * 4 + band]);
      }
      assertArrayEquals(new float[] {1}, new float[] {peak});
    }
  }
}
