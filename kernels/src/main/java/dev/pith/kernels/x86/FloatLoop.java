package dev.pith.kernels.x86;

import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * Emits loops along rows of floats, eight at a time and the rest masked: exactly the row is read
 * and written. Not thread-safe.
 *
 * @param a where code goes
 * @param functions whose constants are reachable
 * @param index byte offset of the current eight floats in every row
 * @param left used by the loop
 * @param temporary used by the loop
 * @param mask used by the loop: lanes that belong to the row, valid in masked steps
 */
public record FloatLoop(
    Assembler a, FloatFunctions functions, Gp index, Gp left, Gp temporary, Vec mask) {

  private static final int BYTES = 32;

  /** Emits what is done with eight floats, or with fewer where masked. */
  @FunctionalInterface
  public interface Step {
    /** Emits the step. */
    void emit(boolean masked);
  }

  /** Emits a loop along rows of {@code bytes} bytes, more than 0. */
  public void emit(Gp bytes, Step step) {
    Label whole = new Label();
    Label tail = new Label();
    Label end = new Label();
    a.zero(index).emit(Op.MOV, left, bytes);
    a.emit(Op.SUB_IMM, left, BYTES).emit(Op.JL, tail);
    a.bind(whole);
    step.emit(false);
    a.emit(Op.ADD_IMM, index, BYTES).emit(Op.SUB_IMM, left, BYTES).emit(Op.JGE, whole);
    a.bind(tail);
    a.emit(Op.CMP_IMM, left, -BYTES).emit(Op.JE, end);
    // What is left is less than a vector by so many bytes: the mask begins that much later.
    a.zero(temporary).emit(Op.SUB, temporary, left);
    a.emit(Op.VMOVDQU, mask, functions.masks(temporary));
    step.emit(true);
    a.bind(end);
  }

  /** Loads the current floats of the row at {@code base}; 0 where there are none. */
  public void load(Vec to, Gp base, boolean masked) {
    if (masked) {
      a.emit(Op.VMASKMOVPS, to, mask, Memory.at(base, index, 0));
    } else {
      a.emit(Op.VMOVUPS, to, Memory.at(base, index, 0));
    }
  }

  /** Stores the current floats of the row at {@code base}. */
  public void store(Gp base, Vec from, boolean masked) {
    if (masked) {
      a.emit(Op.VMASKMOVPS_STORE, Memory.at(base, index, 0), mask, from);
    } else {
      a.emit(Op.VMOVUPS_STORE, Memory.at(base, index, 0), from);
    }
  }
}
