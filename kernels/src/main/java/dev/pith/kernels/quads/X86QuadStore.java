package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.quads.X86QuadConvCode.Args;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The last instructions for a quad of output channels in {@link X86QuadConvCode}: complete cells
 * are stored unit by unit, where RDX says that the quad's plane lies, after what lies at the same
 * place of another activation was added. RAX, R11 and, where something is added, RSI are changed.
 *
 * @param cells vectors of cells, unit by unit
 * @param units units of the tile
 * @param adds whether something is added
 * @param saturates whether all sums fit 32 bits ({@link X86QuadSumSteps})
 * @param taken numbers of the vector registers that must not be changed
 */
record X86QuadStore(
    List<Vec> cells, int units, boolean adds, boolean saturates, List<Integer> taken) {

  private int bits() {
    return cells.getFirst().bits();
  }

  private X86QuadSumSteps steps() {
    List<Integer> free =
        IntStream.range(0, bits() == 512 ? 32 : 16)
            .boxed()
            .filter(register -> !taken.contains(register))
            .toList();
    return new X86QuadSumSteps(bits(), free, Args.SUM, saturates);
  }

  /**
   * Asks for what will be added to the next quad while this one is computed: a tile's cells lie in
   * few lines of many planes, which the processor does not foresee. R10 and R11 are changed.
   */
  void fetchNext(Assembler a) {
    a.load(R11, RDI, Args.UNITS);
    for (int u = 0; u < units; u++) {
      a.emit(Op.MOVSXD, R10, Memory.at(R11, u * QuadUnits.BYTES + QuadUnits.OUT));
      a.emit(Op.ADD, R10, RDX).emit(Op.ADD, R10, Memory.at(RDI, Args.RESIDUAL));
      a.emit(Op.ADD, R10, Memory.at(RDI, Args.OUT_STRIDE));
      for (int at = 0; at < cells.size() / units * bits() / 8; at += 64) {
        a.emit(Op.PREFETCHT0, Memory.at(R10, at));
      }
    }
  }

  /** Emits them. */
  void emit(Assembler a) {
    int perUnit = cells.size() / units;
    X86QuadSumSteps steps = adds ? steps() : null;
    if (adds) {
      steps.begin(a);
    }
    for (int u = 0; u < units; u++) {
      Label whole = new Label();
      Label next = new Label();
      a.load(R11, RDI, Args.UNITS);
      a.emit(Op.MOVSXD, RAX, Memory.at(R11, u * QuadUnits.BYTES + QuadUnits.MASK));
      a.emit(Op.MOVSXD, R11, Memory.at(R11, u * QuadUnits.BYTES + QuadUnits.OUT));
      a.emit(Op.ADD, R11, RDX);
      if (adds) {
        a.emit(Op.MOV, RSI, R11).emit(Op.ADD, RSI, Memory.at(RDI, Args.RESIDUAL));
        for (int v = 0; v < perUnit; v++) {
          steps.sum(a, cells.get(u * perUnit + v), Memory.at(RSI, v * bits() / 8));
        }
      }
      a.emit(Op.CMP_IMM, RAX, 0).emit(Op.JL, whole);
      a.emit(Op.ADD, RAX, Memory.at(RDI, Args.MASKS));
      for (int v = 0; v < perUnit; v++) {
        storeMasked(a, cells.get(u * perUnit + v), v);
      }
      a.emit(Op.JMP, next).bind(whole);
      for (int v = 0; v < perUnit; v++) {
        a.emit(Op.VMOVDQU_STORE, Memory.at(R11, v * bits() / 8), cells.get(u * perUnit + v));
      }
      a.bind(next);
    }
  }

  /** Stores the lanes that the mask allows; masked stores have 256 bits at most. */
  private void storeMasked(Assembler a, Vec vector, int place) {
    Vec mask = new Vec(0, 256);
    Vec half = new Vec(1, 256);
    a.emit(Op.VMOVDQU_STORE, Memory.at(RDI, Args.STAGE), vector);
    for (int at = 0; at < bits() / 8; at += 32) {
      int byteOffset = place * bits() / 8 + at;
      a.emit(Op.VMOVDQU, mask, Memory.at(RAX, byteOffset));
      a.emit(Op.VMOVDQU, half, Memory.at(RDI, Args.STAGE + at));
      a.emit(Op.VMASKMOVPS_STORE, Memory.at(R11, byteOffset), mask, half);
    }
  }
}
