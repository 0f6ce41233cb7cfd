package dev.pith.kernels.quads;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.quantized.ReferenceQConv;
import dev.pith.kernels.quantized.ReferenceQLinear;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers on rows that go by way of quads, for every instruction set. */
class ViaQuadsTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  /** Multiply-adds of the largest convolution that is interpreted. */
  private static final long MOST_WORK = 30_000;

  private static final Requantize U8 = new Requantize(DType.U8, 77, 140, 20, 255);

  private static Target target(X86Isa isa) {
    return KernelContract.cpu(0).withFeatures(QuadConvTest.features(isa));
  }

  private static <P extends Problem> void check(
      HostKernel<P> kernel,
      HostKernel<P> reference,
      P problem,
      Target target,
      List<Tensor> inputs,
      Shape output) {
    List<Output> outputs = List.of(new Output(DType.U8, output));
    Tensor expected =
        KernelRunner.run(reference, problem, Target.plainCpu(1), inputs, outputs, Split.NONE)
            .get(0);
    for (Split split : List.of(Split.NONE, new Split(3, true))) {
      Tensor actual = KernelRunner.run(kernel, problem, target, inputs, outputs, split).get(0);
      KernelContract.assertSame(expected, actual, target.features() + " " + problem);
    }
  }

  /** int8 weights of magnitude {@code largest} at most, some of them zero. */
  private static Tensor weights(RandomTensors random, int largest, long... dims) {
    Tensor weight = random.bytes(DType.I8, 0.4, dims);
    for (long i = 0; i < weight.byteSize(); i++) {
      int value = weight.values().get(ValueLayout.JAVA_BYTE, i);
      weight.values().set(ValueLayout.JAVA_BYTE, i, (byte) (value * largest / 128));
    }
    return weight;
  }

  private static void linear(
      GeneratedCalls calls, Target target, long m, long n, long k, int most) {
    RandomTensors random = new RandomTensors(m + n + k);
    List<Tensor> inputs =
        List.of(
            random.bytes(DType.U8, m, k),
            weights(random, most, n, k),
            random.scales(0.003, n),
            random.ints(5000, n));
    check(
        new X86ViaQuadsLinear(calls),
        new ReferenceQLinear(),
        new QLinearProblem(m, n, k, Dense.LAYOUT, true, U8),
        target,
        inputs,
        Shape.of(m, n));
  }

  @ParameterizedTest
  @EnumSource
  void linearLayersOfEveryInstructionSet(X86Isa isa) {
    long[][] sizes = {{8, 5, 4}, {33, 12, 48}, {13, 40, 31}, {9, 36, 20}};
    for (long[] size : sizes) {
      linear(
          INTERPRETED, target(isa), size[0], size[1], size[2], isa == X86Isa.AVX_VNNI ? 127 : 63);
    }
  }

  @ParameterizedTest
  @CsvSource({"8,32,16", "63,33,80", "64,34,17", "130,35,70", "200,36,132", "191,64,300"})
  void linearLayersOnThisMachine(long m, long n, long k) {
    Target target = KernelContract.machine();
    assumeTrue(X86Isa.supportsAvx2(target).isSupported());
    for (int largest : new int[] {63, 127}) {
      linear(GeneratedCalls.NATIVE, target, m, n, k, largest);
    }
  }

  @ParameterizedTest
  @EnumSource
  void convolutionsOfEveryInstructionSet(X86Isa isa) {
    int cases = 0;
    for (ConvGeometry g : ConvCases.all()) {
      X86ViaQuadsConv kernel = new X86ViaQuadsConv(INTERPRETED);
      QConvProblem problem = new QConvProblem(g, Dense.LAYOUT, true, U8);
      if (g.work() > MOST_WORK || !kernel.supports(problem, target(isa)).isSupported()) {
        continue;
      }
      cases++;
      RandomTensors random = new RandomTensors(g.hashCode());
      List<Tensor> inputs =
          List.of(
              random.bytes(DType.U8, g.inputShape().dims()),
              weights(random, 63, ConvCases.weightDims(g)),
              random.scales(0.003, g.outputChannels()),
              random.ints(50000, g.outputChannels()));
      check(kernel, new ReferenceQConv(), problem, target(isa), inputs, g.outputShape());
    }
    assertFalse(cases < 5, cases + " geometries");
  }

  @Test
  void outputsOtherThanBytesAreRefused() {
    Requantize floats = new Requantize(DType.F32, 9, 0, 0, 0);
    assertFalse(
        new X86ViaQuadsLinear()
            .supports(
                new QLinearProblem(32, 32, 32, Dense.LAYOUT, true, floats), target(X86Isa.AVX2))
            .isSupported());
    ConvGeometry g = ConvCases.all().get(0);
    assertFalse(
        new X86ViaQuadsConv()
            .supports(new QConvProblem(g, Dense.LAYOUT, true, floats), target(X86Isa.AVX2))
            .isSupported());
  }
}
