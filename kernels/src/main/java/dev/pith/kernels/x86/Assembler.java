package dev.pith.kernels.x86;

import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import java.util.ArrayList;
import java.util.List;

/** Collects instructions in order and turns them into machine code. Not thread-safe. */
public final class Assembler {

  private final List<Instruction> instructions = new ArrayList<>();

  /** Adds an instruction; operands are in Intel order, destination first. */
  public Assembler emit(Op op, Operand... operands) {
    instructions.add(new Instruction(op, List.of(operands)));
    return this;
  }

  /** Adds an instruction whose last operand is a constant. */
  public Assembler emit(Op op, Operand first, long constant) {
    return emit(op, first, new Imm(constant));
  }

  /** Binds {@code label} to this place. */
  public Assembler bind(Label label) {
    instructions.add(new Instruction(null, List.of(label)));
    return this;
  }

  /** {@code register = 0}. */
  public Assembler zero(Gp register) {
    return emit(Op.XOR32, register, register);
  }

  /** {@code to = memory} (64 bits). */
  public Assembler load(Gp to, Gp base, int displacement) {
    return emit(Op.MOV, to, Memory.at(base, displacement));
  }

  /** Everything added so far. */
  public List<Instruction> instructions() {
    return List.copyOf(instructions);
  }

  /**
   * The machine code.
   *
   * @throws IllegalStateException if a jump goes to a label that was never bound
   */
  public byte[] toBytes() {
    return Encoder.encode(instructions);
  }
}
