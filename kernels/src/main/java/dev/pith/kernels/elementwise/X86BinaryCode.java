package dev.pith.kernels.elementwise;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Machine code for a function of two operands ({@link X86RowLoop}).
 *
 * @param function one of those that {@link #has}
 * @param scalarA whether the first operand is one number a row
 * @param scalarB whether the second is
 */
record X86BinaryCode(BinaryFunction function, boolean scalarA, boolean scalarB)
    implements GeneratedCode {

  /** Whether there is code for {@code function}. */
  static boolean has(BinaryFunction function) {
    return switch (function) {
      case ADD, SUB, MUL, DIV, MIN, MAX, PRELU -> true;
      default -> false;
    };
  }

  @Override
  public String name() {
    return "binary_" + function + "_" + scalarA + "_" + scalarB;
  }

  @Override
  public Assembler assemble() {
    return X86RowLoop.binary(scalarA, scalarB, (a, f, x, y) -> emit(a, f, x, y));
  }

  private void emit(Assembler a, FloatFunctions f, Vec x, Vec y) {
    switch (function) {
      case ADD -> a.emit(Op.VADDPS, x, x, y);
      case SUB -> a.emit(Op.VSUBPS, x, x, y);
      case MUL -> a.emit(Op.VMULPS, x, x, y);
      case DIV -> a.emit(Op.VDIVPS, x, x, y);
      case MIN -> f.smaller(x, y);
      case MAX -> f.larger(x, y);
      case PRELU -> f.scaleNegative(x, y);
      default -> throw new IllegalStateException(function + " has no code");
    }
  }
}
