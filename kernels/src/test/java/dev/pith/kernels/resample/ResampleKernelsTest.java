package dev.pith.kernels.resample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.resample.ResizeProblem.Axis;
import dev.pith.kernels.resample.ResizeProblem.Coordinates;
import dev.pith.kernels.resample.ResizeProblem.Rounding;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResampleKernelsTest {

  private static ResizeProblem problem(
      Interpolation how, Coordinates coordinates, boolean antialias, Shape in, Shape out) {
    List<Axis> axes =
        java.util.stream.IntStream.range(0, in.rank())
            .mapToObj(d -> new Axis((double) out.dim(d) / in.dim(d), 0, 1))
            .toList();
    return new ResizeProblem(
        DType.F32,
        in,
        out,
        axes,
        how,
        coordinates,
        Rounding.PREFER_FLOOR,
        -0.75f,
        antialias,
        antialias,
        0);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "3,5,6,10", "4,40,3,20", "7,9,21,5", "2,33,5,100", "8,17,4,8"})
  void everyKernelAgreesWithTheReference(long h, long w, long newH, long newW) {
    Shape in = Shape.of(2, 3, h, w);
    Shape out = Shape.of(2, 3, newH, newW);
    Tensor x = new RandomTensors(h * w).floats(1, 2, in.dims());
    for (Interpolation how : Interpolation.values()) {
      for (Coordinates coordinates : Coordinates.values()) {
        for (boolean antialias : new boolean[] {false, true}) {
          List<String> names =
              KernelContract.checkClose(
                  ResampleKernels.RESIZE,
                  problem(how, coordinates, antialias, in, out),
                  List.of(x),
                  List.of(new Output(DType.F32, out)),
                  1e-4,
                  1e-4);
          assertEquals(
              coordinates != Coordinates.CROP, names.contains("vector_resize_f32"), how.name());
        }
      }
    }
  }

  private static float[] resize(ResizeProblem p, float... x) {
    return KernelContract.reference(
            ResampleKernels.RESIZE,
            p,
            List.of(Tensor.of(x, p.input().dims())),
            List.of(new Output(DType.F32, p.output())))
        .get(0)
        .toFloats();
  }

  @Test
  void linesByHand() {
    Shape two = Shape.of(1, 2);
    Shape four = Shape.of(1, 4);
    assertArrayEquals(
        new float[] {1, 1.5f, 2.5f, 3},
        resize(problem(Interpolation.LINEAR, Coordinates.HALF_PIXEL, false, two, four), 1, 3));
    assertArrayEquals(
        new float[] {1, 1, 3, 3},
        resize(problem(Interpolation.NEAREST, Coordinates.ASYMMETRIC, false, two, four), 1, 3),
        "an element half way takes the lower");
    assertArrayEquals(
        new float[] {1, 3},
        resize(
            problem(Interpolation.LINEAR, Coordinates.ALIGN_CORNERS, false, four, two),
            1,
            7,
            9,
            3));
  }

  @Test
  void gridPointsOutsideFollowThePadding() {
    for (GridSampleProblem.Padding padding : GridSampleProblem.Padding.values()) {
      GridSampleProblem p =
          new GridSampleProblem(
              DType.F32, 1, 1, List.of(3L), List.of(3L), Interpolation.NEAREST, padding, true);
      float[] y =
          KernelContract.reference(
                  ResampleKernels.GRID_SAMPLE,
                  p,
                  List.of(
                      Tensor.of(new float[] {1, 2, 5}, 1, 1, 3),
                      Tensor.of(new float[] {0, 1, 2}, 1, 3, 1)),
                  List.of(new Output(DType.F32, Shape.of(1, 1, 3))))
              .get(0)
              .toFloats();
      float outside =
          switch (padding) {
            case ZEROS -> 0;
            case BORDER -> 5;
            case REFLECTION -> 2;
          };
      assertArrayEquals(new float[] {2, 5, outside}, y, padding.name());
    }
  }

  @Test
  void theIdentityMakesARegularGrid() {
    float[] y =
        KernelContract.reference(
                ResampleKernels.AFFINE_GRID,
                new AffineGridProblem(DType.F32, 1, List.of(1L, 2L), false),
                List.of(Tensor.of(new float[] {1, 0, 0, 0, 1, 0}, 1, 2, 3)),
                List.of(new Output(DType.F32, Shape.of(1, 1, 2, 2))))
            .get(0)
            .toFloats();
    assertArrayEquals(new float[] {-0.5f, 0, 0.5f, 0}, y);
  }
}
