package dev.pith.kernels.quantized;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.X86ByteCode.Kind;
import dev.pith.kernels.quantized.X86ByteProgram.Constants;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;

/** {@link QAddProblem} with generated x86-64 code. */
public final class X86QAdd implements HostKernel<QAddProblem> {

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QAddProblem problem, Target target) {
    if (!problem.a().equals(problem.b())) {
      return Support.no("shapes %s and %s differ", problem.a(), problem.b());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(QAddProblem problem, PrepareContext context) {
    return new X86ByteProgram(
        GeneratedCalls.NATIVE,
        new X86ByteCode(Kind.ADD, DType.U8),
        problem.output().elementCount(),
        new Constants(
            problem.aZeroPoint(),
            problem.aRatio(),
            problem.bZeroPoint(),
            problem.bRatio(),
            problem.zeroPoint(),
            problem.low(),
            problem.high()),
        ReferenceQAdd.body(problem));
  }
}
