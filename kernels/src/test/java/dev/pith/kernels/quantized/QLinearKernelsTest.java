package dev.pith.kernels.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.layout.SparseWeights;
import dev.pith.kernels.quads.QuadKernels;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QLinearKernelsTest {

  private static List<Tensor> inputs(long m, long n, long k, double sparsity) {
    RandomTensors random = new RandomTensors(m + 31 * n + 1009 * k);
    return Arrays.asList(
        random.bytes(DType.U8, m, k),
        random.bytes(DType.I8, sparsity, n, k),
        random.scales(0.002, n),
        random.ints(100000, n));
  }

  private static List<String> check(
      long m, long n, long k, Requantize requantize, boolean bias, List<Tensor> inputs) {
    return KernelContract.check(
        QuadKernels.LINEAR,
        new QLinearProblem(m, n, k, Dense.LAYOUT, bias, requantize),
        inputs,
        List.of(new Output(requantize.output(), Shape.of(m, n))));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "1,10,84",
    "1,17,63",
    "1,16,64",
    "1,33,65",
    "3,5,7",
    "4,20,129",
    "7,3,40",
    "8,31,257",
    "9,4,4",
    "16,16,16",
    "17,5,33",
    "31,7,3",
    "32,130,20",
    "33,12,300",
    "65,9,6",
    "130,6,17",
    "2,3,2100",
    "40,3,1100"
  })
  void everyKernelGivesTheReferencesBytes(long m, long n, long k) {
    Requantize requantize = new Requantize(DType.U8, 77, 140, 0, 255);
    List<String> names = check(m, n, k, requantize, true, inputs(m, n, k, 0));
    List<String> expected = new ArrayList<>(List.of("vector_q_linear", "reference_q_linear"));
    if (m <= 8) {
      expected.addFirst("vector_q_linear_rows");
    }
    boolean generated = KernelContract.machine().has("avx2");
    if (generated && k >= 4 && m >= 4) {
      expected.addFirst("x86_q_linear");
    }
    if (generated && k >= 4 && m >= 8) {
      expected.addFirst("x86_via_quads_linear");
    }
    if (generated && m < 8) {
      expected.addFirst("x86_q_linear_rows");
    }
    assertEquals(expected, names);
  }

  static List<Layout> compressed() {
    return Layouts.ALL.stream().filter(layout -> layout != Dense.LAYOUT).toList();
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void everyLayoutGivesTheDenseWeightsBytes(Layout layout) {
    Requantize requantize = new Requantize(DType.U8, 77, 140, 0, 255);
    for (long[] mnk : new long[][] {{1, 37, 203}, {5, 18, 70}, {40, 130, 90}, {34, 5, 2500}}) {
      List<Tensor> inputs = inputs(mnk[0], mnk[1], mnk[2], 0);
      Tensor dense = SparseWeights.of(layout, DType.I8, 0.8, 3, mnk[1], mnk[2]);
      List<Output> outputs = List.of(new Output(DType.U8, Shape.of(mnk[0], mnk[1])));
      inputs.set(1, dense);
      QLinearProblem plain =
          new QLinearProblem(mnk[0], mnk[1], mnk[2], Dense.LAYOUT, true, requantize);
      Tensor expected = KernelContract.reference(QuadKernels.LINEAR, plain, inputs, outputs).get(0);
      inputs.set(1, layout.encode(dense, Arena.ofAuto()));
      QLinearProblem problem = new QLinearProblem(mnk[0], mnk[1], mnk[2], layout, true, requantize);
      Tensor actual = KernelContract.reference(QuadKernels.LINEAR, problem, inputs, outputs).get(0);
      KernelContract.assertSame(expected, actual, "reference of " + problem);
      List<String> names = KernelContract.check(QuadKernels.LINEAR, problem, inputs, outputs);
      assertTrue(names.contains("vector_q_linear"));
      assertEquals(
          layout.isSparse() && mnk[0] <= 8, names.contains("sparse_q_linear_rows"), names + "");
    }
  }

  @ParameterizedTest
  @CsvSource({"1,9,70", "20,10,40"})
  void zeroPointsAtBothEndsAndEveryOutputType(long m, long n, long k) {
    List<Tensor> inputs = inputs(m, n, k, 0.5);
    check(m, n, k, new Requantize(DType.U8, 0, 0, 0, 255), false, inputs);
    check(m, n, k, new Requantize(DType.U8, 255, 255, 0, 255), true, inputs);
    check(m, n, k, new Requantize(DType.U8, 1, 128, 128, 255), true, inputs);
    check(m, n, k, new Requantize(DType.I8, 128, 127, -128, 127), true, inputs);
    check(m, n, k, new Requantize(DType.F32, 3, 0, 0, 0), true, inputs);
  }

  @Test
  void extremeSumsAreExact() {
    for (long m : new long[] {1, 4, 20}) {
      for (int weight : new int[] {-128, 127}) {
        List<Tensor> inputs = inputs(m, 3, 34000, 0);
        inputs.get(0).values().fill((byte) 255);
        inputs.get(1).values().fill((byte) weight);
        check(m, 3, 34000, new Requantize(DType.F32, 0, 0, 0, 0), true, inputs);
      }
    }
  }
}
