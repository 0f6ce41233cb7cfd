package dev.pith.kernels.normalize;

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

class NormalizeKernelsTest {

  /** Rows, columns, channels, inner: layer norms, then instance and group norms. */
  @ParameterizedTest
  @CsvSource({
    "1,1,1,1", "3,7,7,1", "2,64,64,1", "5,33,33,1", "4,100,100,1",
    "6,9,3,9", "4,35,10,7", "2,48,6,16", "3,4,2,2", "2,130,4,65"
  })
  void everyKernelAgreesWithTheReference(long rows, long columns, long channels, long inner) {
    RandomTensors random = new RandomTensors(columns);
    Tensor x = random.floats(5, 2, rows, columns);
    Tensor scale = random.floats(1, 0.5, channels);
    Tensor bias = random.floats(0, 1, channels);
    for (boolean centered : new boolean[] {true, false}) {
      for (int given = 0; given < 3; given++) {
        NormalizeProblem p =
            new NormalizeProblem(
                DType.F32, rows, columns, channels, inner, centered, 1e-5f, given > 0, given > 1,
                2);
        Output moments = new Output(DType.F32, Shape.of(rows));
        List<String> names =
            KernelContract.checkClose(
                NormalizeKernels.NORMALIZE,
                p,
                Arrays.asList(x, given > 0 ? scale : null, given > 1 ? bias : null),
                List.of(new Output(DType.F32, x.shape()), moments, moments),
                2e-4,
                2e-4);
        assertEquals(List.of("vector_normalize_f32", "reference_normalize"), names);
        boolean layer = inner == 1 && channels == columns && given > 0;
        List<String> without =
            withoutMoments(p, x, given > 0 ? scale : null, given > 1 ? bias : null);
        if (layer) {
          KernelContract.assertNames(
              without, "x86_normalize", "vector_normalize_f32", "reference_normalize");
        } else {
          assertEquals(names, without);
        }
      }
    }
  }

  private static List<String> withoutMoments(
      NormalizeProblem p, Tensor x, Tensor scale, Tensor bias) {
    NormalizeProblem plain =
        new NormalizeProblem(
            p.dtype(),
            p.rows(),
            p.columns(),
            p.channels(),
            p.inner(),
            p.centered(),
            p.epsilon(),
            p.scale(),
            p.bias(),
            0);
    return KernelContract.checkClose(
        NormalizeKernels.NORMALIZE,
        plain,
        Arrays.asList(x, scale, bias),
        List.of(new Output(DType.F32, x.shape())),
        2e-4,
        2e-4);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "2,3,5", "1,4,64", "3,2,77", "5,9,1"})
  void batchNormKernelsAgree(long outer, long channels, long inner) {
    RandomTensors random = new RandomTensors(inner);
    Tensor x = random.floats(1, 2, outer, channels, inner);
    List<String> names =
        KernelContract.checkClose(
            NormalizeKernels.BATCH_NORM,
            new BatchNormProblem(DType.F32, DType.F32, outer, channels, inner, 1e-3f),
            List.of(
                x,
                random.floats(1, 1, channels),
                random.floats(0, 1, channels),
                random.floats(0, 1, channels),
                random.scales(1, channels)),
            List.of(new Output(DType.F32, x.shape())),
            1e-5,
            1e-5);
    assertEquals(List.of("vector_batch_norm_f32", "reference_batch_norm"), names);
  }

  @Test
  void localResponseByHand() {
    Tensor x = Tensor.of(new float[] {1, 2, 3}, 1, 3, 1);
    Tensor y =
        KernelContract.reference(
                NormalizeKernels.LRN,
                new LrnProblem(DType.F32, 1, 3, 1, 2, 2, 1, 1),
                List.of(x),
                List.of(new Output(DType.F32, x.shape())))
            .get(0);
    // With an even size one more channel counts behind than before.
    assertEquals(1 / (1 + 1 + 4.0), y.getDouble(0), 1e-6);
    assertEquals(2 / (1 + 4 + 9.0), y.getDouble(1), 1e-6);
    assertEquals(3 / (1 + 9.0), y.getDouble(2), 1e-6);
  }
}
