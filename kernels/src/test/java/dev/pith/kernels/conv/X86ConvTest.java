package dev.pith.kernels.conv;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Weights;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code for each vector width, interpreted: also those this machine has not. */
class X86ConvTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  /**
   * Every output is one chain of fused multiply-adds, in the Vector API's kernel's order if any.
   */
  @ParameterizedTest
  @ValueSource(ints = {256, 512})
  void everyWidthGivesTheVectorKernelsBits(int bits) {
    check(new X86Conv(INTERPRETED), bits, 8);
    check(new X86PanelConv(INTERPRETED), bits, 5);
    check(new X86DepthwiseConv(INTERPRETED), bits, 3);
  }

  private static void check(HostKernel<ConvProblem> kernel, int bits, int fewest) {
    int compared = 0;
    int tried = 0;
    for (ConvGeometry g : ConvCases.all()) {
      tried++;
      double sparsity = tried % 3 * 0.4;
      Tensor weight = Weights.random(DType.F32, 1 - sparsity, ConvCases.weightDims(g));
      Activation activation = tried % 2 == 0 ? Activation.NONE : Activation.clip(-1, 2);
      Epilogue epilogue = new Epilogue(true, tried % 3 == 1, activation);
      ConvProblem problem = new ConvProblem(g, DType.F32, DType.F32, weight.layout(), epilogue);
      if (!kernel.supports(problem, KernelContract.generated(bits)).isSupported()) {
        continue;
      }
      RandomTensors random = new RandomTensors(g.hashCode());
      List<Tensor> inputs =
          List.of(
              random.floats(0.1, 1, g.inputShape().dims()),
              weight,
              random.floats(0, 1, g.outputChannels()),
              random.floats(0, 1, g.outputShape().dims()));
      List<Output> outputs = List.of(new Output(DType.F32, g.outputShape()));
      VectorConv vector = new VectorConv();
      boolean same = kernel.arithmetic(problem).equals(vector.arithmetic(problem));
      Tensor expected =
          KernelRunner.run(
                  same ? vector : kernel,
                  problem,
                  same ? KernelContract.cpu(256) : KernelContract.generated(256),
                  inputs,
                  outputs,
                  Split.NONE)
              .get(0);
      Tensor actual =
          KernelRunner.run(
                  kernel,
                  problem,
                  KernelContract.generated(bits),
                  inputs,
                  outputs,
                  new Split(2, false))
              .get(0);
      KernelContract.assertSame(expected, actual, bits + " bits, " + problem);
      compared++;
    }
    Assertions.assertTrue(compared >= fewest, () -> "too few problems have generated code");
  }
}
