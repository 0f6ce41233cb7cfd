package dev.pith.kernels.elementwise;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;

/** {@link CastProblem} on a device, one work item for each element. */
public final class DeviceCast implements DeviceKernel<CastProblem> {

  @Override
  public Support supports(CastProblem problem, Target target) {
    boolean doubles = problem.from() == DType.F64 || problem.to() == DType.F64;
    if (doubles && !target.has(DeviceTarget.FP64)) {
      return Support.no("%s has no double precision", target.architecture());
    }
    return DeviceTarget.check(target, problem.shape().elementCount());
  }

  @Override
  public Program program(CastProblem problem, Target target) {
    ProgramBuilder program = ProgramBuilder.of(DeviceCast.class, "cast.cl");
    define(program, "FROM", problem.from());
    define(program, "TO", problem.to());
    if (problem.from() == DType.F64 || problem.to() == DType.F64) {
      program.define("DOUBLES", 1);
    }
    long items = problem.shape().elementCount();
    long bytes = problem.to().bits() < 8 ? (items + 1) / 2 : items;
    return program.launch("cast", bytes).input(0).output(0).ints(items).build();
  }

  private static void define(ProgramBuilder program, String name, DType type) {
    boolean nibble = type.bits() < 8;
    program.define(name, nibble ? DType.U8 : type);
    if (nibble) {
      program.define(name + "_NIBBLE", 1);
      if (type == DType.I4) {
        program.define(name + "_SIGNED", 1);
      }
    }
    if (type == DType.F64) {
      program.define(name + "_DOUBLE", 1);
    } else if (type.isFloat()) {
      program.define(name + "_REAL", 1);
    }
    if (type == DType.BOOL) {
      program.define(name + "_BOOL", 1);
    }
  }
}
