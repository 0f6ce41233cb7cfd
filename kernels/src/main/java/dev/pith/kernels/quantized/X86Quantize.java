package dev.pith.kernels.quantized;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.X86ByteCode.Kind;
import dev.pith.kernels.quantized.X86ByteProgram.Constants;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;

/** {@link QuantizeProblem} with generated x86-64 code. */
public final class X86Quantize implements HostKernel<QuantizeProblem> {

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QuantizeProblem problem, Target target) {
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(QuantizeProblem problem, PrepareContext context) {
    return new X86ByteProgram(
        GeneratedCalls.NATIVE,
        new X86ByteCode(Kind.QUANTIZE, problem.output()),
        problem.shape().elementCount(),
        new Constants(0, problem.scale(), 0, 0, problem.zeroPoint(), problem.low(), problem.high()),
        ReferenceQuantize.body(problem));
  }
}
