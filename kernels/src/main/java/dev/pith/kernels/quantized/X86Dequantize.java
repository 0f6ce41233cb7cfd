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

/** {@link DequantizeProblem} with generated x86-64 code. */
public final class X86Dequantize implements HostKernel<DequantizeProblem> {

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(DequantizeProblem problem, Target target) {
    if (problem.input() != DType.U8 && problem.input() != DType.I8) {
      return Support.no("the input is %s, not U8 or I8", problem.input());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(DequantizeProblem problem, PrepareContext context) {
    return new X86ByteProgram(
        GeneratedCalls.NATIVE,
        new X86ByteCode(Kind.DEQUANTIZE, problem.input()),
        problem.shape().elementCount(),
        new Constants(problem.zeroPoint(), problem.scale(), 0, 0, 0, 0, 0),
        ReferenceDequantize.body(problem));
  }
}
