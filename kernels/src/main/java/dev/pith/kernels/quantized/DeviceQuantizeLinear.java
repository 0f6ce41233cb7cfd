package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * {@link QuantizeLinearProblem} on a device, a work item for each element, or byte of 4-bit types.
 */
public final class DeviceQuantizeLinear implements DeviceKernel<QuantizeLinearProblem> {

  @Override
  public Support supports(QuantizeLinearProblem p, Target target) {
    return DeviceTarget.checkDivision(target, p.shape().elementCount());
  }

  @Override
  public Program program(QuantizeLinearProblem p, Target target) {
    DType type = p.output();
    long items = p.shape().elementCount();
    ProgramBuilder program =
        ProgramBuilder.of(DeviceQuantizeLinear.class, "q_general.cl")
            .define("TO_INTEGER", 1)
            .define("X", p.input())
            .define("S", p.scale())
            .define("P", p.precision());
    define(program, type);
    program
        .launch("quantize_linear", type.bits() < 8 ? (items + 1) / 2 : items)
        .input(0)
        .input(1)
        .input(p.zeroPoint() ? 2 : Integer.MAX_VALUE)
        .output(0)
        .ints(items);
    return grid(program, p.shape(), p.scales())
        .ints(IntegerRange.low(type), IntegerRange.high(type))
        .build();
  }

  /** Passes which scale belongs to which element. */
  static ProgramBuilder grid(ProgramBuilder program, Shape shape, ScaleGrid grid) {
    if (grid.kind() == ScaleGrid.Kind.PER_TENSOR) {
      return program.ints(0, 1, 1, 1, 1);
    }
    long extent = shape.dim(grid.axis());
    return program
        .ints(ProgramBuilder.code(ScaleGrid.Kind.values(), grid.kind()))
        .ints(shape.elementCount(grid.axis() + 1, shape.rank()), extent)
        .ints((extent + grid.blockSize() - 1) / grid.blockSize(), grid.blockSize());
  }

  /** Defines Q as the integer type {@code type}. */
  static void define(ProgramBuilder program, DType type) {
    program.define("Q", type.bits() < 8 ? DType.U8 : type);
    if (type.bits() < 8) {
      program.define("Q_NIBBLE", 1);
      if (!type.isUnsigned()) {
        program.define("Q_SIGNED", 1);
      }
    }
  }
}
