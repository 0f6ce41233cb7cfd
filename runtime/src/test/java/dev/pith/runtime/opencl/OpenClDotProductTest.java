package dev.pith.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.DeviceQLinearRows;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.runtime.launch.DeviceMachine;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sources use cl_khr_integer_dot_product where a compiler has it; here it is told that it has. */
@Tag("opencl")
class OpenClDotProductTest {

  @RegisterExtension static final DeviceMachine MACHINE = OpenClMachines.first();

  /** What the extension declares, by its specification, for compilers without it. */
  private static final String EXTENSION =
      """
      #ifndef __opencl_c_integer_dot_product_input_4x8bit_packed
      #define __opencl_c_integer_dot_product_input_4x8bit_packed 1
      static inline int dot_4x8packed_ss_int(uint a, uint b) {
        int sum = 0;
        for (int i = 0; i < 32; i += 8) {
          sum += (int)(char)(a >> i) * (int)(char)(b >> i);
        }
        return sum;
      }
      #endif
      """;

  /** A kernel whose source finds the extension. */
  private record Extended(DeviceKernel<QLinearProblem> kernel)
      implements DeviceKernel<QLinearProblem> {

    @Override
    public Support supports(QLinearProblem problem, Target target) {
      return kernel.supports(problem, target);
    }

    @Override
    public Program program(QLinearProblem problem, Target target) {
      Program plain = kernel.program(problem, target);
      assertTrue(plain.source().contains("dot_4x8packed_ss_int"));
      return new Program(EXTENSION + plain.source(), plain.launches());
    }
  }

  @Test
  void theExtensionGivesTheSameBytes() {
    RandomTensors random = new RandomTensors(1);
    Requantize r = new Requantize(DType.U8, 131, 117, 0, 255);
    QLinearProblem p = new QLinearProblem(3, 17, 96, Dense.LAYOUT, true, r);
    List<Tensor> inputs =
        List.of(
            random.bytes(DType.U8, 3, 96),
            random.bytes(DType.I8, 17, 96),
            random.scales(0.002, 17),
            random.ints(1000, 17));
    List<Output> outputs = List.of(new Output(DType.U8, Shape.of(3, 17)));
    Extended kernel = new Extended(new DeviceQLinearRows());
    assertEquals("", MACHINE.refusal(kernel, p));
    Tensor expected = KernelContract.reference(KernelFamilies.of(p), p, inputs, outputs).get(0);
    Tensor actual = MACHINE.run(kernel, p, inputs, outputs, true).get(0);
    KernelContract.assertSame(expected, actual, "with the extension");
  }
}
