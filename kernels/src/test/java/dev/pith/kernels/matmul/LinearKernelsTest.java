package dev.pith.kernels.matmul;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LinearKernelsTest {

  private static final Epilogue BIAS = new Epilogue(true, false, Activation.NONE);

  static List<Layout> layouts() {
    return Layouts.ALL;
  }

  private static List<Tensor> inputs(long m, Tensor weight) {
    RandomTensors random = new RandomTensors(m);
    long n = weight.shape().dim(0);
    return Arrays.asList(
        random.floats(0.1, 1, m, weight.shape().dim(1)),
        weight,
        random.floats(0, 1, n),
        random.floats(0, 1, m, n));
  }

  private static List<String> check(long m, Tensor weight, Epilogue epilogue) {
    long n = weight.shape().dim(0);
    long k = weight.shape().dim(1);
    return KernelContract.checkClose(
        LinearKernels.FAMILY,
        new LinearProblem(m, n, k, DType.F32, weight.dtype(), weight.layout(), epilogue),
        inputs(m, weight),
        List.of(new Output(DType.F32, Shape.of(m, n))),
        Tolerance.RELATIVE,
        Tolerance.ofSum(k, 1) + Tolerance.RELATIVE);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,10,84",
    "1,50,2049",
    "2,17,63",
    "3,6,8",
    "4,7,9",
    "5,3,1025",
    "7,97,31",
    "16,49,16",
    "17,5,33",
    "65,9,6",
    "130,33,17",
    "9,4,12000",
    "0,3,5"
  })
  void everyKernelAgreesWithTheReference(long m, long n, long k) {
    List<String> names = check(m, Weights.random(DType.F32, 1, n, k), BIAS);
    KernelContract.assertNames(names, "x86_linear", "vector_linear", "reference_linear");
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void everyEpilogue(Activation.Kind kind) {
    Activation activation =
        kind == Activation.Kind.CLIP ? Activation.clip(-0.5f, 3) : new Activation(kind, 0.2f, 0.5f);
    for (long m : new long[] {1, 4, 19}) {
      Tensor weight = Weights.random(DType.F32, 0.3, 23, 40);
      Tensor sparse = Weights.encoded(Layouts.ALL.get(1), DType.F32, 0.7, 23, 40);
      check(m, weight, new Epilogue(false, true, activation));
      check(m, weight, new Epilogue(true, true, activation));
      check(m, weight, new Epilogue(true, false, activation));
      check(m, sparse, new Epilogue(true, true, activation));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "I8"})
  void compressedWeightsAreConverted(DType type) {
    for (long m : new long[] {1, 5, 33}) {
      check(m, Weights.random(type, 0.3, 19, 70), BIAS);
      check(m, Weights.random(type, 0.3, 3, 1030), BIAS);
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutOfEveryDensity(Layout layout) {
    for (double sparsity : new double[] {0, 0.8, 1}) {
      check(18, Weights.encoded(layout, DType.F32, sparsity, 37, 90), BIAS);
    }
    check(1, Weights.encoded(layout, DType.I8, 0.6, 37, 90), BIAS);
    check(60, Weights.encoded(layout, DType.I8, 0.9, 5, 300), BIAS);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aRowDoesNotDependOnItsBatch(boolean sparse) {
    Tensor weight =
        sparse
            ? Weights.encoded(Layouts.ALL.get(1), DType.F32, 0.8, 25, 1100)
            : Weights.random(DType.F32, 1, 25, 1100);
    List<Tensor> inputs = inputs(50, weight);
    Tensor all = run(50, weight, inputs);
    for (int row : new int[] {0, 1, 17, 49}) {
      List<Tensor> single = new ArrayList<>(inputs);
      single.set(
          0,
          Tensor.dense(
              DType.F32, Shape.of(1, 1100), inputs.get(0).values().asSlice(row * 4400L, 4400)));
      Tensor expected =
          Tensor.dense(DType.F32, Shape.of(1, 25), all.values().asSlice(row * 100L, 100));
      KernelContract.assertSame(expected, run(1, weight, single), "row " + row);
    }
  }

  private static Tensor run(long m, Tensor weight, List<Tensor> inputs) {
    LinearProblem problem =
        new LinearProblem(m, 25, 1100, DType.F32, DType.F32, weight.layout(), BIAS);
    return KernelRunner.run(
            weight.layout() instanceof Dense ? new VectorLinear() : new VectorSparseLinear(),
            problem,
            KernelContract.cpu(256),
            inputs,
            List.of(new Output(DType.F32, Shape.of(m, 25))),
            Split.NONE)
        .get(0);
  }

  @Test
  void theReferenceMultipliesByHand() {
    Tensor x = Tensor.of(new float[] {1, 2, 3}, 1, 3);
    Tensor weight = Tensor.of(new float[] {1, 0, -1, 0.5f, 0.5f, 0.5f}, 2, 3);
    Tensor bias = Tensor.of(new float[] {10, 20}, 2);
    LinearProblem problem = new LinearProblem(1, 2, 3, DType.F32, DType.F32, Dense.LAYOUT, BIAS);
    Tensor y =
        KernelContract.reference(
                LinearKernels.FAMILY,
                problem,
                List.of(x, weight, bias),
                List.of(new Output(DType.F32, Shape.of(1, 2))))
            .get(0);
    assertEquals(List.of(8f, 23f), List.of(y.toFloats()[0], y.toFloats()[1]));
  }
}
