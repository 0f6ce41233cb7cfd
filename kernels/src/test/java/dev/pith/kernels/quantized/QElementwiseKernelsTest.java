package dev.pith.kernels.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QElementwiseKernelsTest {

  private static void assertGenerated(String name, List<String> names) {
    assertEquals(KernelContract.machine().has("avx2"), names.contains(name), names.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 63, 16384, 16389, 40000})
  void sums(int count) {
    RandomTensors random = new RandomTensors(count);
    List<Tensor> inputs = List.of(random.bytes(DType.U8, count), random.bytes(DType.U8, count));
    Shape shape = Shape.of(count);
    List<Output> outputs = List.of(new Output(DType.U8, shape));
    QAddProblem problem = new QAddProblem(shape, shape, 118, 0.6956774f, 0, 0.5f, 107, 107, 250);
    assertGenerated(
        "x86_q_add", KernelContract.check(QuantizedKernels.ADD, problem, inputs, outputs));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 13, 16400})
  void quantizing(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      // Many ties: halves of the scale.
      values[i] = 0.05f * 0.5f * (random.nextInt(2000) - 1000);
    }
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f, 3e38f};
    System.arraycopy(odd, 0, values, 0, Math.min(count, odd.length));
    List<Tensor> inputs = List.of(Tensor.of(values, count));
    for (DType type : List.of(DType.U8, DType.I8)) {
      QuantizeProblem problem = new QuantizeProblem(type, Shape.of(count), 0.05f, 3);
      List<Output> outputs = List.of(new Output(type, Shape.of(count)));
      assertGenerated(
          "x86_quantize",
          KernelContract.check(QuantizedKernels.QUANTIZE, problem, inputs, outputs));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 13, 16400})
  void dequantizing(int count) {
    for (DType type : List.of(DType.U8, DType.I8)) {
      List<Tensor> inputs = List.of(new RandomTensors(count).bytes(type, count));
      DequantizeProblem problem = new DequantizeProblem(type, Shape.of(count), 0.0173f, 77);
      List<Output> outputs = List.of(new Output(DType.F32, Shape.of(count)));
      assertGenerated(
          "x86_dequantize",
          KernelContract.check(QuantizedKernels.DEQUANTIZE, problem, inputs, outputs));
    }
  }
}
