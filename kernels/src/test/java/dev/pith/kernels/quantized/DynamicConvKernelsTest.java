package dev.pith.kernels.quantized;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Convolutions whose activations are quantized at run time: every kernel gives the same bytes. */
class DynamicConvKernelsTest {

  private static List<String> check(ConvGeometry g, Tensor weight, Epilogue epilogue) {
    RandomTensors random = new RandomTensors(g.hashCode());
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(random.floats(0.3, 2, g.inputShape().dims()));
    inputs.add(weight);
    inputs.add(random.scales(0.01, g.outputChannels()));
    inputs.add(random.floats(0, 1, g.outputChannels()));
    inputs.add(random.floats(0, 1, g.outputShape().dims()));
    return KernelContract.check(
        QuantizedKernels.DYNAMIC_CONV,
        new DynamicConvProblem(g, Dense.LAYOUT, epilogue),
        inputs,
        List.of(new Output(DType.F32, g.outputShape())));
  }

  @Test
  void everyKernelGivesTheReferencesBytes() {
    int generated = 0;
    int number = 0;
    for (ConvGeometry g : ConvCases.all()) {
      RandomTensors random = new RandomTensors(number);
      Activation activation =
          List.of(Activation.NONE, Activation.RELU, Activation.clip(-1, 3)).get(number % 3);
      Epilogue epilogue = new Epilogue(number % 2 == 0, number % 4 < 2, activation);
      List<String> names = check(g, random.bytes(DType.I8, ConvCases.weightDims(g)), epilogue);
      generated += names.contains("x86_dynamic_conv") ? 1 : 0;
      number++;
    }
    Assumptions.assumeTrue(
        KernelContract.machine().supportsFloatCode().isSupported(), "no generated code here");
    Assertions.assertTrue(generated >= 8, "too few problems have generated code");
  }

  /** The largest weights and activations: sums that one fp32 number does not hold. */
  @Test
  void largeSumsAreExact() {
    ConvGeometry g =
        new ConvGeometry(
            1,
            150,
            5,
            1,
            List.of(7L, 6L),
            List.of(3L, 3L),
            List.of(1L, 1L),
            List.of(1L, 1L),
            List.of(1L, 1L),
            List.of(1L, 1L));
    Tensor weight = new RandomTensors(1).bytes(DType.I8, ConvCases.weightDims(g));
    for (long i = 0; i < weight.values().byteSize(); i++) {
      byte large = (byte) (i % 7 == 0 ? 126 : 127);
      weight.values().set(ValueLayout.JAVA_BYTE, i, large);
    }
    check(g, weight, new Epilogue(true, false, Activation.NONE));
  }
}
