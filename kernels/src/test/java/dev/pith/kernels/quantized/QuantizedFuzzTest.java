package dev.pith.kernels.quantized;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.QuadKernels;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.Fuzz;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import dev.pith.kernels.x86.X86Isa;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * int8 layers drawn at random: every kernel gives the reference's bytes and stays within its
 * buffers; every tenth case also runs the code for instruction sets this machine may not have.
 */
class QuantizedFuzzTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);
  private static final long INTERPRETED_WORK = 8_000;

  private static Requantize requantize(Fuzz fuzz) {
    DType output = fuzz.oneOf(DType.U8, DType.U8, DType.U8, DType.I8, DType.F32);
    int inputZero = fuzz.oneOf(0, 128, 255, fuzz.between(0, 255));
    if (output == DType.F32) {
      return new Requantize(output, inputZero, 0, 0, 0);
    }
    int lowest = output == DType.U8 ? 0 : -128;
    int zero = lowest + fuzz.oneOf(0, 255, fuzz.between(0, 255));
    int low = fuzz.oneOf(lowest, zero);
    int high = fuzz.rarely(3) ? fuzz.between(low, lowest + 255) : lowest + 255;
    return new Requantize(output, inputZero, zero, low, high);
  }

  private static List<Tensor> inputs(
      Fuzz fuzz, Shape x, Tensor weight, long outputs, boolean bias) {
    RandomTensors random = new RandomTensors(fuzz.seed());
    return Arrays.asList(
        random.bytes(DType.U8, x.dims()),
        weight,
        random.scales(fuzz.oneOf(0.03, 0.003, 0.0003), outputs),
        bias ? random.ints(fuzz.oneOf(100, 50_000), outputs) : null);
  }

  @Test
  void convolutions(TestReporter reporter) {
    Fuzz.cases(
        60,
        reporter,
        fuzz -> {
          ConvGeometry g = fuzz.geometry();
          Layout layout = g.isDepthwise() ? Dense.LAYOUT : fuzz.layout();
          boolean bias = !fuzz.rarely(4);
          QConvProblem problem = new QConvProblem(g, layout, bias, requantize(fuzz));
          Tensor weight = fuzz.weights(layout, DType.I8, fuzz.sparsity(), ConvCases.weightDims(g));
          List<Tensor> inputs = inputs(fuzz, g.inputShape(), weight, g.outputChannels(), bias);
          Output output = new Output(problem.requantize().output(), g.outputShape());
          check(QuadKernels.CONV, problem, inputs, output);
          if (fuzz.rarely(10) && g.work() < INTERPRETED_WORK) {
            for (X86Isa isa : X86Isa.values()) {
              interpret(new X86QConv(INTERPRETED), problem, isa, inputs, output);
              interpret(new X86QDepthwiseConv(INTERPRETED), problem, isa, inputs, output);
            }
          }
        });
  }

  @Test
  void linearLayers(TestReporter reporter) {
    Fuzz.cases(
        60,
        reporter,
        fuzz -> {
          long m = fuzz.oneOf(1, fuzz.between(1, 9), fuzz.between(8, 90));
          long n = fuzz.between(1, 70);
          long k = fuzz.oneOf(fuzz.between(1, 20), fuzz.between(4, 150));
          Layout layout = fuzz.layout();
          boolean bias = !fuzz.rarely(4);
          QLinearProblem problem = new QLinearProblem(m, n, k, layout, bias, requantize(fuzz));
          Tensor weight = fuzz.weights(layout, DType.I8, fuzz.sparsity(), n, k);
          List<Tensor> inputs = inputs(fuzz, Shape.of(m, k), weight, n, bias);
          Output output = new Output(problem.requantize().output(), Shape.of(m, n));
          check(QuadKernels.LINEAR, problem, inputs, output);
          if (fuzz.rarely(10) && problem.work() < INTERPRETED_WORK) {
            for (X86Isa isa : X86Isa.values()) {
              interpret(new X86QLinear(INTERPRETED), problem, isa, inputs, output);
            }
          }
        });
  }

  private static <P extends Problem> void check(
      KernelFamily<P> family, P problem, List<Tensor> inputs, Output output) {
    KernelContract.check(family, problem, inputs, List.of(output));
  }

  private static <P extends Problem> void interpret(
      HostKernel<P> kernel, P problem, X86Isa isa, List<Tensor> inputs, Output output) {
    Target target = KernelContract.cpu(0).withFeatures(X86KernelsTest.features(isa));
    if (!kernel.supports(problem, target).isSupported()) {
      return;
    }
    List<Output> outputs = List.of(output);
    KernelFamily<P> family = dev.pith.kernels.KernelFamilies.of(problem);
    KernelContract.assertSame(
        KernelContract.reference(family, problem, inputs, outputs).get(0),
        KernelRunner.run(kernel, problem, target, inputs, outputs, new Split(2, false)).get(0),
        isa + " " + problem);
  }
}
