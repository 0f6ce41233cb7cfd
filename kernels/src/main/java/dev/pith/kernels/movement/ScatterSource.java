package dev.pith.kernels.movement;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.DeviceBinary;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/** What the programs of {@code scatter.cl} begin with: a copy of x, then updates meet it. */
final class ScatterSource {

  private ScatterSource() {}

  static Support supports(
      Target target, DType type, ScatterReduction reduction, long elements, long updates) {
    return reduction == ScatterReduction.NONE
        ? DeviceTarget.checkMove(target, type, elements, updates)
        : DeviceTarget.checkNumbers(target, type, elements, updates);
  }

  static ProgramBuilder of(DType type, DType index, ScatterReduction reduction, long elements) {
    BinaryFunction function = reduction.function();
    ProgramBuilder program =
        function == null
            ? ProgramBuilder.prelude().define("X", DeviceTarget.bits(type))
            : DeviceBinary.arithmetic(type).define("FUNCTION_OF_BOTH", DeviceBinary.code(function));
    return program
        .define("INDEX", index)
        .include(ScatterSource.class, "movement.cl")
        .include(ScatterSource.class, "scatter.cl")
        .launch("copy", elements)
        .input(0)
        .output(0)
        .table(List.of(1, Math.toIntExact(elements), 1, 1))
        .ints(elements, 0, 0, 0);
  }
}
