package dev.pith.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.KernelRun;
import dev.pith.runtime.launch.KernelTimes;
import dev.pith.runtime.plan.Operands;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Benchmarks of single kernels: Pith's own and the vendor's libraries compute the same layer. */
@Tag("opencl")
class EmulatedKernelRunTest {

  @RegisterExtension static final DeviceMachine MACHINE = EmulatedCuda.onOpenCl();

  private static final int ROWS = 16;
  private static final int WIDTH = 64;

  private static Tensor random(DType dtype, Shape shape, double zeros) {
    SplittableRandom random = new SplittableRandom(3);
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    for (long i = 0; i < shape.elementCount(); i++) {
      double value = dtype == DType.F32 ? 0.002 : random.nextInt(1, 100);
      Elements.setDouble(dtype, tensor.values(), i, random.nextDouble() < zeros ? 0 : value);
    }
    return tensor;
  }

  private static void allKernelsAgree(Layout layout, double zeros, String library) {
    Device device = MACHINE.device();
    Tensor dense = random(DType.I8, Shape.of(WIDTH, WIDTH), zeros);
    Tensor weight = layout.encode(dense, Arena.ofAuto());
    Tensor scale = random(DType.F32, Shape.of(WIDTH), 0);
    Tensor input = random(DType.U8, Shape.of(ROWS, WIDTH), 0);
    Problem problem =
        new QLinearProblem(
            ROWS, WIDTH, WIDTH, layout, false, new Requantize(DType.U8, 7, 3, 0, 255));
    Operands operands =
        new Operands(
            Arrays.asList(null, weight, scale, null),
            Arrays.asList(
                new TensorType(DType.U8, input.shape()),
                new TensorType(DType.I8, weight.shape()),
                new TensorType(DType.F32, scale.shape()),
                null),
            List.of(new TensorType(DType.U8, Shape.of(ROWS, WIDTH))));
    List<String> names = KernelRun.kernels(device, problem, operands);
    assertTrue(names.contains(library), names.toString());
    byte[] expected = null;
    for (String name : names) {
      try (KernelRun run = KernelRun.open(device, problem, operands, List.of(input), name)) {
        run.run();
        assertEquals(name, run.kernel());
        assertTrue(run.weightBytes() > 0, name);
        byte[] bytes = run.results().get(0).values().toArray(ValueLayout.JAVA_BYTE);
        expected = expected == null ? bytes : expected;
        assertEquals(Arrays.toString(expected), Arrays.toString(bytes), name);
      }
    }
    Map<String, Double> times = KernelTimes.of(device, problem, operands, 2);
    assertEquals(names, List.copyOf(times.keySet()));
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelRun.open(device, problem, operands, List.of(input), "no_such_kernel"));
  }

  @Test
  void denseBesideCublas() {
    allKernelsAgree(Dense.LAYOUT, 0, "cublas_q_linear");
  }

  @Test
  void csrBesideCusparse() {
    allKernelsAgree(new CsrLayout(), 0.9, "cusparse_q_linear");
  }
}
