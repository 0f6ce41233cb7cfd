package dev.pith.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConvKernelsTest {

  private static final Epilogue BIAS = new Epilogue(true, false, Activation.NONE);

  static List<ConvGeometry> geometries() {
    return ConvCases.all();
  }

  static List<Layout> layouts() {
    return Layouts.ALL;
  }

  private static List<Tensor> inputs(ConvGeometry g, Tensor weight) {
    RandomTensors random = new RandomTensors(g.hashCode());
    return Arrays.asList(
        random.floats(0.1, 1, g.inputShape().dims()),
        weight,
        random.floats(0, 1, g.outputChannels()),
        random.floats(0, 1, g.outputShape().dims()));
  }

  private static List<String> check(ConvGeometry g, Tensor weight, Epilogue epilogue) {
    ConvProblem problem = new ConvProblem(g, DType.F32, weight.dtype(), weight.layout(), epilogue);
    return KernelContract.checkClose(
        ConvKernels.FAMILY,
        problem,
        inputs(g, weight),
        List.of(new Output(DType.F32, g.outputShape())),
        Tolerance.RELATIVE,
        Tolerance.ofSum(g.columns(), 1) + Tolerance.RELATIVE);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void everyKernelAgreesWithTheReference(ConvGeometry g) {
    Tensor weight = new RandomTensors(1).floats(0, 1, ConvCases.weightDims(g));
    List<String> names = check(g, weight, BIAS);
    assertTrue(names.contains("vector_conv"), names.toString());
    assertEquals(g.inputChannels() == g.groups(), names.contains("vector_depthwise_conv"));
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void everyEpilogue(Activation.Kind kind) {
    Activation activation =
        kind == Activation.Kind.CLIP ? Activation.clip(-0.5f, 3) : new Activation(kind, 0.2f, 0.5f);
    for (int i : new int[] {3, 9}) {
      ConvGeometry g = ConvCases.all().get(i);
      Tensor weight = new RandomTensors(2).floats(0, 0.3, ConvCases.weightDims(g));
      for (boolean bias : new boolean[] {false, true}) {
        check(g, weight, new Epilogue(bias, !bias, activation));
        check(g, weight, new Epilogue(bias, bias, activation));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "I8"})
  void compressedWeightsAreConverted(DType type) {
    for (int i : new int[] {1, 6, 10, 16}) {
      ConvGeometry g = ConvCases.all().get(i);
      check(g, Weights.random(type, 0.3, ConvCases.weightDims(g)), BIAS);
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutOfEveryDensity(Layout layout) {
    for (int i : new int[] {3, 7}) {
      ConvGeometry g = ConvCases.all().get(i);
      long[] dims = ConvCases.weightDims(g);
      for (double sparsity : new double[] {0, 0.9, 1}) {
        check(g, Weights.encoded(layout, DType.F32, sparsity, dims), BIAS);
      }
      check(g, Weights.encoded(layout, DType.I8, 0.7, dims), BIAS);
    }
  }

  @Test
  void leavingZerosOutChangesNoBit() {
    ConvGeometry g = ConvCases.all().get(16);
    Tensor sparse = Weights.encoded(Layouts.ALL.get(1), DType.F32, 0.8, ConvCases.weightDims(g));
    Tensor dense = sparse.layout().decode(sparse, Arena.ofAuto());
    for (int bits : new int[] {128, 256, 512}) {
      Tensor first = run(new VectorConv(), g, dense, 256);
      KernelContract.assertSame(first, run(new VectorConv(), g, dense, bits), bits + " bits");
      KernelContract.assertSame(first, run(new VectorConv(), g, sparse, bits), bits + " sparse");
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void equalArithmeticGivesEqualBits(ConvGeometry g) {
    Target target = KernelContract.machine().withVectorBits(256);
    for (Layout layout :
        List.of(Dense.LAYOUT, Layouts.named("block2x4"), Layouts.named("bitmask"))) {
      Tensor weight = Weights.encoded(layout, DType.F32, 0.6, ConvCases.weightDims(g));
      ConvProblem problem = new ConvProblem(g, DType.F32, DType.F32, layout, BIAS);
      Map<String, Tensor> first = new HashMap<>();
      for (Kernel<ConvProblem> kernel : ConvKernels.FAMILY.kernels()) {
        if (kernel instanceof HostKernel<ConvProblem> host
            && kernel.supports(problem, target).isSupported()) {
          Tensor result = run(host, problem, inputs(g, weight), target);
          Tensor other = first.putIfAbsent(kernel.arithmetic(problem), result);
          if (other != null) {
            KernelContract.assertSame(other, result, kernel.name() + " " + layout.name());
          }
        }
      }
    }
  }

  private static Tensor run(
      HostKernel<ConvProblem> kernel, ConvGeometry g, Tensor weight, int bits) {
    ConvProblem problem = new ConvProblem(g, DType.F32, weight.dtype(), weight.layout(), BIAS);
    return run(kernel, problem, inputs(g, weight), bits);
  }

  private static Tensor run(
      HostKernel<ConvProblem> kernel, ConvProblem problem, List<Tensor> inputs, int bits) {
    return run(kernel, problem, inputs, KernelContract.cpu(bits));
  }

  private static Tensor run(
      HostKernel<ConvProblem> kernel, ConvProblem problem, List<Tensor> inputs, Target target) {
    return KernelRunner.run(
            kernel,
            problem,
            target,
            inputs,
            List.of(new Output(DType.F32, problem.geometry().outputShape())),
            Split.NONE)
        .get(0);
  }

  @Test
  void anImageDoesNotDependOnItsBatch() {
    ConvGeometry one = ConvCases.all().get(3);
    ConvGeometry eight = ConvCases.withBatch(one, 8);
    Tensor weight = Weights.random(DType.F32, 1, ConvCases.weightDims(one));
    List<Tensor> inputs = inputs(eight, weight);
    ConvProblem all = new ConvProblem(eight, DType.F32, DType.F32, Dense.LAYOUT, BIAS);
    ConvProblem single = new ConvProblem(one, DType.F32, DType.F32, Dense.LAYOUT, BIAS);
    Tensor whole = run(new VectorConv(), all, inputs, 256);
    long bytes = one.inputShape().elementCount() * 4;
    long outBytes = one.outputShape().elementCount() * 4;
    for (int image = 0; image < 8; image++) {
      List<Tensor> part = new ArrayList<>(inputs);
      part.set(
          0,
          Tensor.dense(
              DType.F32, one.inputShape(), inputs.get(0).values().asSlice(image * bytes, bytes)));
      Tensor expected =
          Tensor.dense(
              DType.F32, one.outputShape(), whole.values().asSlice(image * outBytes, outBytes));
      KernelContract.assertSame(expected, run(new VectorConv(), single, part, 256), "image");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F64"})
  void theReferenceTakesActivationsOfEveryFloatingPointType(DType type) {
    ConvGeometry g = ConvCases.all().get(1);
    List<Tensor> exact = inputs(g, Weights.random(DType.F32, 1, ConvCases.weightDims(g)));
    List<Tensor> inputs = exact.stream().map(t -> Weights.converted(t, type)).toList();
    List<Tensor> rounded = inputs.stream().map(t -> Weights.converted(t, DType.F32)).toList();
    Epilogue epilogue = new Epilogue(true, true, Activation.RELU);
    ConvProblem problem = new ConvProblem(g, type, type, Dense.LAYOUT, epilogue);
    Tensor actual =
        KernelContract.reference(
                ConvKernels.FAMILY, problem, inputs, List.of(new Output(type, g.outputShape())))
            .get(0);
    ConvProblem wide = new ConvProblem(g, DType.F32, DType.F32, Dense.LAYOUT, epilogue);
    Tensor expected = run(new ReferenceConv(), wide, rounded, 0);
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      double e = Elements.getDouble(DType.F32, expected.values(), i);
      double bound = Math.abs(e) * (Tolerance.ofRounding(type) + 0x1p-22) + 1e-6;
      assertEquals(e, actual.getDouble(i), bound);
    }
  }
}
