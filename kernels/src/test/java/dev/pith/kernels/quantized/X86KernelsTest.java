package dev.pith.kernels.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated code for every instruction set, interpreted: also those this machine has not. */
class X86KernelsTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  /** The features of a processor whose best code is for {@code isa}. */
  static Set<String> features(X86Isa isa) {
    return switch (isa) {
      case AVX512_VNNI -> Set.of("x86_code", "avx2", "avx512f", "avx512bw", "avx512_vnni");
      case AVX_VNNI -> Set.of("x86_code", "avx2", "avx_vnni");
      case AVX2 -> Set.of("x86_code", "avx2");
    };
  }

  private static Target target(X86Isa isa) {
    Target target = KernelContract.cpu(0).withFeatures(features(isa));
    assertEquals(isa, X86Isa.best(target));
    return target;
  }

  private static <P extends Problem> void check(
      HostKernel<P> kernel,
      HostKernel<P> reference,
      P problem,
      X86Isa isa,
      List<Tensor> inputs,
      Output output) {
    List<Output> outputs = List.of(output);
    Tensor expected =
        KernelRunner.run(reference, problem, Target.plainCpu(1), inputs, outputs, Split.NONE)
            .get(0);
    Tensor actual =
        KernelRunner.run(kernel, problem, target(isa), inputs, outputs, new Split(2, false)).get(0);
    KernelContract.assertSame(expected, actual, isa + " " + problem);
  }

  /**
   * int8 weights whose zeros come in blocks of {@code rows}, so that lists of each kind are met.
   */
  private static Tensor weights(RandomTensors random, int rows, double sparsity, long... dims) {
    Tensor pattern = random.bytes(DType.I8, sparsity, (dims[0] + rows - 1) / rows, columns(dims));
    Tensor weight = random.bytes(DType.I8, dims);
    long columns = weight.columns();
    for (long row = 0; row < dims[0]; row++) {
      for (long k = 0; k < columns; k++) {
        if (pattern.getLong(row / rows * columns + k / 4 * 4) == 0) {
          weight.values().set(java.lang.foreign.ValueLayout.JAVA_BYTE, row * columns + k, (byte) 0);
        }
      }
    }
    return weight;
  }

  private static long columns(long[] dims) {
    long columns = 1;
    for (int i = 1; i < dims.length; i++) {
      columns *= dims[i];
    }
    return columns;
  }

  @ParameterizedTest
  @EnumSource
  void convolutions(X86Isa isa) {
    List<ConvGeometry> geometries =
        ConvCases.all().stream().filter(g -> g.inputChannels() / g.groups() >= 3).toList();
    int rows = 1;
    for (ConvGeometry g : geometries) {
      RandomTensors random = new RandomTensors(g.hashCode());
      List<Tensor> inputs = new ArrayList<>();
      inputs.add(random.bytes(DType.U8, g.inputShape().dims()));
      inputs.add(weights(random, rows, 0.7, ConvCases.weightDims(g)));
      inputs.add(random.scales(0.003, g.outputChannels()));
      inputs.add(random.ints(50000, g.outputChannels()));
      DType output = rows == 1 ? DType.F32 : rows == 2 ? DType.U8 : DType.I8;
      Requantize requantize =
          switch (output) {
            case F32 -> new Requantize(DType.F32, 9, 0, 0, 0);
            case U8 -> new Requantize(DType.U8, 131, 117, 20, 255);
            default -> new Requantize(DType.I8, 255, -7, -128, 127);
          };
      check(
          new X86QConv(INTERPRETED),
          new ReferenceQConv(),
          new QConvProblem(g, Dense.LAYOUT, true, requantize),
          isa,
          inputs,
          new Output(output, g.outputShape()));
      rows = rows == 4 ? 1 : 2 * rows;
    }
  }

  @ParameterizedTest
  @EnumSource
  void linearLayers(X86Isa isa) {
    long[][] sizes = {{8, 5, 4}, {33, 12, 48}, {70, 17, 66}, {13, 40, 31}, {65, 9, 16}};
    int rows = 4;
    for (long[] size : sizes) {
      RandomTensors random = new RandomTensors(size[0]);
      List<Tensor> inputs =
          List.of(
              random.bytes(DType.U8, size[0], size[2]),
              weights(random, rows, 0.6, size[1], size[2]),
              random.scales(0.003, size[1]),
              random.ints(5000, size[1]));
      Requantize requantize = new Requantize(DType.U8, 77, 140, 0, 255);
      check(
          new X86QLinear(INTERPRETED),
          new ReferenceQLinear(),
          new QLinearProblem(size[0], size[1], size[2], Dense.LAYOUT, true, requantize),
          isa,
          inputs,
          new Output(DType.U8, Shape.of(size[0], size[1])));
      rows = rows == 4 ? 1 : 2 * rows;
    }
  }
}
