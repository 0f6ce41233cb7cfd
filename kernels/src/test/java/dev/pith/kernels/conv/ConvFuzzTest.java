package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.layout.CodebookLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.matmul.LinearKernels;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.Fuzz;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * fp32 convolutions and linear layers drawn at random: every kernel agrees with the reference and
 * stays within its buffers.
 */
class ConvFuzzTest {

  /** The steepest activation is SiLU, with a slope of 1.1. */
  private static final double STEEPEST = 1.15;

  private static Epilogue epilogue(Fuzz fuzz) {
    Activation activation =
        fuzz.oneOf(
            Activation.NONE,
            Activation.RELU,
            Activation.clip(-1.5f, 2),
            new Activation(fuzz.oneOf(Activation.Kind.values()), 0.2f, 0.5f));
    return new Epilogue(!fuzz.rarely(3), fuzz.rarely(3), activation);
  }

  private static List<Tensor> inputs(
      Fuzz fuzz, Shape x, Tensor weight, long outputs, Shape y, Epilogue epilogue) {
    RandomTensors random = new RandomTensors(fuzz.seed());
    return Arrays.asList(
        random.floats(0.1, 1, x.dims()),
        weight,
        epilogue.bias() ? random.floats(0, 1, outputs) : null,
        epilogue.residual() ? random.floats(0, 1, y.dims()) : null);
  }

  /** {@link dev.pith.kernels.layout.SparseWeights} draws these layouts' values up to 25. */
  private static double tolerance(Layout layout, long columns) {
    double deviation = layout instanceof CodebookLayout || layout instanceof NmLayout ? 25 : 1;
    return STEEPEST * (Tolerance.ofSum(columns, deviation) + Tolerance.RELATIVE);
  }

  @Test
  void convolutions(TestReporter reporter) {
    Fuzz.cases(
        150,
        reporter,
        fuzz -> {
          ConvGeometry g = fuzz.geometry();
          Layout layout = fuzz.layout();
          Epilogue epilogue = epilogue(fuzz);
          Tensor weight = fuzz.weights(layout, DType.F32, fuzz.sparsity(), ConvCases.weightDims(g));
          KernelContract.checkClose(
              ConvKernels.FAMILY,
              new ConvProblem(g, DType.F32, DType.F32, layout, epilogue),
              inputs(fuzz, g.inputShape(), weight, g.outputChannels(), g.outputShape(), epilogue),
              List.of(new Output(DType.F32, g.outputShape())),
              Tolerance.RELATIVE,
              tolerance(layout, g.columns()));
        });
  }

  @Test
  void linearLayers(TestReporter reporter) {
    Fuzz.cases(
        50,
        reporter,
        fuzz -> {
          long m = fuzz.oneOf(1, fuzz.between(1, 9), fuzz.between(8, 90));
          long n = fuzz.between(1, 70);
          long k = fuzz.oneOf(fuzz.between(1, 20), fuzz.between(4, 150));
          Layout layout = fuzz.layout();
          Epilogue epilogue = epilogue(fuzz);
          Tensor weight = fuzz.weights(layout, DType.F32, fuzz.sparsity(), n, k);
          Shape y = Shape.of(m, n);
          KernelContract.checkClose(
              LinearKernels.FAMILY,
              new LinearProblem(m, n, k, DType.F32, DType.F32, layout, epilogue),
              inputs(fuzz, Shape.of(m, k), weight, n, y, epilogue),
              List.of(new Output(DType.F32, y)),
              Tolerance.RELATIVE,
              tolerance(layout, k));
        });
  }
}
