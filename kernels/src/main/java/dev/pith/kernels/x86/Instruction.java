package dev.pith.kernels.x86;

import java.util.List;

/**
 * One instruction, or, without an operation, the place a label is bound to.
 *
 * @param op what it does; {@code null} for a label
 * @param operands destination first; the label itself where {@code op} is {@code null}
 */
public record Instruction(Op op, List<Operand> operands) {
  public Instruction {
    operands = List.copyOf(operands);
  }

  /** Operand {@code index}. */
  public Operand operand(int index) {
    return operands.get(index);
  }

  /** Width of the vectors: that of the widest vector register. */
  public int bits() {
    int bits = 0;
    for (Operand operand : operands) {
      if (operand instanceof Operand.Vec vec) {
        bits = Math.max(bits, vec.bits());
      }
    }
    return bits;
  }
}
