package dev.pith.kernels.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.layout.SparseWeights;
import dev.pith.kernels.quads.QuadKernels;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QConvKernelsTest {

  static List<ConvGeometry> geometries() {
    return ConvCases.all();
  }

  private static List<Tensor> inputs(ConvGeometry g, double sparsity, boolean bias, long seed) {
    RandomTensors random = new RandomTensors(seed);
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(random.bytes(DType.U8, g.inputShape().dims()));
    inputs.add(random.bytes(DType.I8, sparsity, ConvCases.weightDims(g)));
    inputs.add(random.scales(0.003, g.outputChannels()));
    inputs.add(bias ? random.ints(50000, g.outputChannels()) : null);
    return inputs;
  }

  private static List<String> check(
      ConvGeometry g, Layout layout, Requantize requantize, boolean bias, double sparsity) {
    List<Tensor> inputs = inputs(g, sparsity, bias, g.hashCode());
    QConvProblem problem = new QConvProblem(g, layout, bias, requantize);
    return KernelContract.check(
        QuadKernels.CONV,
        problem,
        inputs,
        List.of(new Output(requantize.output(), g.outputShape())));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void everyKernelGivesTheReferencesBytes(ConvGeometry g) {
    Requantize requantize = new Requantize(DType.U8, 131, 117, 0, 255);
    List<String> names = check(g, Dense.LAYOUT, requantize, true, 0);
    assertTrue(names.contains("vector_q_conv"));
    boolean generated = KernelContract.machine().has("avx2") && g.inputChannels() / g.groups() >= 3;
    assertEquals(generated, names.contains("x86_q_conv"));
  }

  static List<Layout> compressed() {
    return Layouts.ALL.stream().filter(layout -> layout != Dense.LAYOUT).toList();
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void everyLayoutGivesTheDenseWeightsBytes(Layout layout) {
    // Rows that are no multiple of a block, groups that split blocks, long rows, no output at all.
    for (int number : new int[] {1, 8, 15, 17}) {
      ConvGeometry g = ConvCases.all().get(number);
      Requantize requantize = new Requantize(DType.U8, 131, 117, 0, 255);
      List<Tensor> inputs = inputs(g, 0, true, g.hashCode());
      Tensor dense = SparseWeights.of(layout, DType.I8, 0.7, 3, ConvCases.weightDims(g));
      List<Output> outputs = List.of(new Output(DType.U8, g.outputShape()));
      inputs.set(1, dense);
      Tensor expected =
          KernelContract.reference(
                  QuadKernels.CONV,
                  new QConvProblem(g, Dense.LAYOUT, true, requantize),
                  inputs,
                  outputs)
              .get(0);
      inputs.set(1, layout.encode(dense, Arena.ofAuto()));
      QConvProblem problem = new QConvProblem(g, layout, true, requantize);
      Tensor actual = KernelContract.reference(QuadKernels.CONV, problem, inputs, outputs).get(0);
      KernelContract.assertSame(expected, actual, "reference of " + problem);
      assertTrue(
          KernelContract.check(QuadKernels.CONV, problem, inputs, outputs)
              .contains("vector_q_conv"));
    }
  }

  @Test
  void zeroPointsAtBothEndsAndEveryOutputType() {
    ConvGeometry g = ConvCases.all().get(1);
    check(g, Dense.LAYOUT, new Requantize(DType.U8, 0, 0, 0, 255), false, 0.5);
    check(g, Dense.LAYOUT, new Requantize(DType.U8, 255, 255, 0, 255), true, 1);
    check(g, Dense.LAYOUT, new Requantize(DType.U8, 0, 255, 20, 200), true, 0);
    check(g, Dense.LAYOUT, new Requantize(DType.I8, 128, -128, -128, 127), true, 0);
    check(g, Dense.LAYOUT, new Requantize(DType.F32, 7, 0, 0, 0), true, 0.9);
  }

  @Test
  void extremeSumsAreExact() {
    // 600 products of −128 and 255: beyond what one fp32 sum holds.
    ConvGeometry g = ConvCases.all().get(15);
    for (int weight : new int[] {-128, 127}) {
      List<Tensor> inputs = inputs(g, 0, true, 1);
      inputs.get(0).values().fill((byte) 255);
      inputs.get(1).values().fill((byte) weight);
      inputs.set(2, Tensor.of(new float[] {1e-5f, 1e-6f, 1, 1e10f, 1e-20f, 2.5e-6f}, 6));
      KernelContract.check(
          QuadKernels.CONV,
          new QConvProblem(g, Dense.LAYOUT, true, new Requantize(DType.F32, 0, 0, 0, 0)),
          inputs,
          List.of(new Output(DType.F32, g.outputShape())));
    }
  }

  @Test
  void anImageDoesNotDependOnItsBatch() {
    ConvGeometry one = ConvCases.all().get(3);
    ConvGeometry eight = ConvCases.withBatch(one, 8);
    Requantize requantize = new Requantize(DType.U8, 3, 100, 0, 255);
    List<Tensor> inputs = inputs(eight, 0.3, true, 5);
    VectorQConv kernel = new VectorQConv();
    Target target = KernelContract.cpu(256);
    Tensor all = run(kernel, eight, requantize, inputs, target);
    long bytes = one.inputShape().elementCount();
    long outBytes = one.outputShape().elementCount();
    for (int image = 0; image < 8; image++) {
      List<Tensor> single = new ArrayList<>(inputs);
      single.set(
          0,
          Tensor.dense(
              DType.U8, one.inputShape(), inputs.get(0).values().asSlice(image * bytes, bytes)));
      Tensor part =
          Tensor.dense(
              DType.U8, one.outputShape(), all.values().asSlice(image * outBytes, outBytes));
      KernelContract.assertSame(
          run(kernel, one, requantize, single, target), part, "image " + image);
    }
  }

  private static Tensor run(
      VectorQConv kernel, ConvGeometry g, Requantize requantize, List<Tensor> in, Target target) {
    return KernelRunner.run(
            kernel,
            new QConvProblem(g, Dense.LAYOUT, true, requantize),
            target,
            in,
            Arrays.asList(new Output(DType.U8, g.outputShape())),
            Split.NONE)
        .get(0);
  }
}
