package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated products of floats for every width, interpreted, and what their sums do not depend on.
 */
class X86LinearTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  private static Tensor run(
      HostKernel<LinearProblem> kernel, Target target, Tensor x, Tensor weight, Epilogue epilogue) {
    long m = x.shape().dim(0);
    long n = weight.shape().dim(0);
    RandomTensors random = new RandomTensors(n);
    Tensor residual = random.floats(0, 1, 80, n);
    LinearProblem problem =
        new LinearProblem(
            m, n, weight.shape().dim(1), DType.F32, DType.F32, weight.layout(), epilogue);
    return KernelRunner.run(
            kernel,
            problem,
            target,
            Arrays.asList(
                x,
                weight,
                random.floats(0, 1, n),
                Tensor.dense(DType.F32, Shape.of(m, n), residual.values().asSlice(0, 4 * m * n))),
            List.of(new Output(DType.F32, Shape.of(m, n))),
            new Split(2, false))
        .get(0);
  }

  @ParameterizedTest
  @CsvSource({"1,16,24", "1,40,11", "3,33,9", "13,50,40", "26,7,5", "29,34,400"})
  void everyWidthGivesTheSameBits(long m, long n, long k) {
    Tensor x = new RandomTensors(m).floats(0.1, 1, m, k);
    Tensor weight = Weights.random(DType.F32, 1, n, k);
    Epilogue epilogue = new Epilogue(true, true, new Activation(Activation.Kind.GELU, 0, 0));
    Tensor expected = run(new ReferenceLinear(), Target.plainCpu(1), x, weight, epilogue);
    Tensor narrow =
        run(new X86Linear(INTERPRETED), KernelContract.generated(256), x, weight, epilogue);
    Tensor wide =
        run(new X86Linear(INTERPRETED), KernelContract.generated(512), x, weight, epilogue);
    double bound = 1.2 * Tolerance.ofSum(k, 1) + Tolerance.RELATIVE;
    KernelContract.assertClose(expected, narrow, Tolerance.RELATIVE, bound, "256 bits");
    KernelContract.assertSame(narrow, wide, "512 bits");
  }

  @ParameterizedTest
  @CsvSource({"8,16,24", "20,9,130", "70,33,17"})
  void sparseRowsGiveTheVectorKernelsBits(long m, long n, long k) {
    Tensor x = new RandomTensors(m).floats(0.1, 1, m, k);
    Tensor weight = Weights.encoded(Layouts.ALL.get(1), DType.F32, 0.7, n, k);
    Epilogue epilogue = new Epilogue(true, true, Activation.RELU);
    Tensor expected = run(new VectorSparseLinear(), KernelContract.cpu(256), x, weight, epilogue);
    for (int bits : new int[] {256, 512}) {
      Tensor actual =
          run(
              new X86SparseLinear(INTERPRETED),
              KernelContract.generated(bits),
              x,
              weight,
              epilogue);
      KernelContract.assertSame(expected, actual, bits + " bits");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 400, 1103})
  void aRowDoesNotDependOnItsBatch(long k) {
    Target machine = KernelContract.machine();
    Assumptions.assumeTrue(machine.supportsFloatCode().isSupported(), "no generated code here");
    Tensor x = new RandomTensors(k).floats(0.1, 1, 60, k);
    Tensor weight = Weights.random(DType.F32, 1, 43, k);
    Epilogue epilogue = new Epilogue(true, false, Activation.NONE);
    Tensor all = run(new X86Linear(), machine, x, weight, epilogue);
    for (long m : new long[] {1, 2, 6, 7, 59}) {
      Tensor some = Tensor.dense(DType.F32, Shape.of(m, k), x.values().asSlice(0, 4 * m * k));
      Tensor expected =
          Tensor.dense(DType.F32, Shape.of(m, 43), all.values().asSlice(0, 4 * m * 43));
      KernelContract.assertSame(
          expected, run(new X86Linear(), machine, some, weight, epilogue), m + " rows");
    }
  }
}
