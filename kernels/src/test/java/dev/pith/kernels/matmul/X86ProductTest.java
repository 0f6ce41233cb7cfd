package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
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
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code for each vector width, interpreted: also those this machine has not. */
class X86ProductTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  private static <P extends Problem> void check(
      HostKernel<P> kernel,
      HostKernel<P> reference,
      P problem,
      List<Tensor> inputs,
      Shape shape,
      double error) {
    List<Output> outputs = List.of(new Output(DType.F32, shape));
    Tensor expected =
        KernelRunner.run(reference, problem, Target.plainCpu(1), inputs, outputs, Split.NONE)
            .get(0);
    for (int bits : new int[] {256, 512}) {
      Tensor actual =
          KernelRunner.run(
                  kernel,
                  problem,
                  KernelContract.generated(bits),
                  inputs,
                  outputs,
                  new Split(2, false))
              .get(0);
      KernelContract.assertClose(
          expected, actual, Tolerance.RELATIVE, error, bits + " bits, " + problem);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,10,84", "3,33,9", "7,97,31", "13,17,40", "26,49,16", "4,5,300"})
  void linearLayersAndProducts(long m, long n, long k) {
    RandomTensors random = new RandomTensors(m);
    Tensor x = random.floats(0, 1, m, k);
    Tensor weight = Weights.random(DType.F32, 1, n, k);
    double error = Tolerance.ofSum(k, 1) + Tolerance.RELATIVE;
    Epilogue epilogue = new Epilogue(true, true, Activation.clip(-2, 3));
    check(
        new X86Linear(INTERPRETED),
        new ReferenceLinear(),
        new LinearProblem(m, n, k, DType.F32, DType.F32, weight.layout(), epilogue),
        List.of(x, weight, random.floats(0, 1, n), random.floats(0, 1, m, n)),
        Shape.of(m, n),
        error);
    check(
        new X86MatMul(INTERPRETED),
        new ReferenceMatMul(),
        new MatMulProblem(DType.F32, Shape.of(k, m), Shape.of(k, n), true, false, 0.5f),
        List.of(random.floats(0, 1, k, m), random.floats(0, 1, k, n)),
        Shape.of(m, n),
        error);
  }
}
