package dev.pith.kernels.quads;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R14;
import static dev.pith.kernels.x86.Operand.Gp.R15;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBP;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Machine code for tiles of a convolution from quads to quads. A tile is a few units, runs of
 * neighbouring pixels each with an address of its own to read from and to write to ({@link
 * QuadUnits}), so that it may lie anywhere in an image. For each tile: all quads of output channels
 * asked for; for each quad its lists of blocks ({@link QuadWeights}), whose sums never leave
 * registers; each list's results are requantized and wait in a few bytes of the arguments, until
 * those of the quad's four channels are packed to cells and stored.
 *
 * <p>A block that is not there costs nothing; with full lists this is the dense kernel. Reads run
 * up to a unit beyond the last pixel; nothing is written but the pixels that a unit's mask allows.
 *
 * @param form how entries are multiplied
 * @param rows output channels that share a list: 1, 2 or 4
 * @param units units of a tile, 1 to {@link QuadForm#mostUnits}
 * @param adds whether something with the output's grid is added to complete cells
 * @param saturates whether no sum times its scale is beyond 32 bits, so that packing cuts off what
 *     is too large; else that is done before results are rounded
 */
record X86QuadConvCode(QuadForm form, int rows, int units, boolean adds, boolean saturates)
    implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  static final class Args {
    static final int X = 0;

    /** Where the first quad of output channels goes. */
    static final int OUT = 8;

    /** Bytes from one quad of output channels to the next. */
    static final int OUT_STRIDE = 16;

    /** Units of all tiles ({@link QuadUnits}). */
    static final int UNITS = 24;

    /** Tiles, at least 1. */
    static final int TILES = 32;

    /** I32 for each list and one more: where its entries begin and end. */
    static final int STARTS = 40;

    /** I32 for each block of each entry: byte offset of the activations it reads. */
    static final int OFFSETS = 48;

    /** For each entry and row four I8 weights for each block. */
    static final int WEIGHTS = 56;

    /** I32 for each output channel. */
    static final int BIAS = 64;

    /** F32 for each output channel. */
    static final int SCALE = 72;

    /** Quads of output channels, at least 1. */
    static final int QUADS = 80;

    /** I32 lanes, −1 where a unit is stored. */
    static final int MASKS = 88;

    /** Bytes from an output to what is added to it. */
    static final int RESIDUAL = 96;

    /** F32 times 16: largest result less the zero point; where packing saturates U8 times 64. */
    static final int HIGH = 128;

    /** I16 times 32: zero point. */
    static final int ZERO = 192;

    /** U8 times 64: smallest result. */
    static final int LOW = 256;

    /** U8 times 64: what turns four bytes of each of four rows into four cells. */
    static final int ORDER = 320;

    /** I16 times 16: ones. */
    static final int ONES = 384;

    /** Results of a tile's lists while they wait for those of the quad's other lists. */
    static final int STAGE = 448;

    /** The same where each row has a list: results of the third row. */
    static final int THIRD = 704;

    /** Constants of {@link QuadSum}. */
    static final int SUM = 960;

    static final int BYTES = SUM + X86QuadSumSteps.BYTES;

    private Args() {}
  }

  private static final List<Gp> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** Where units read; pairs, of which there are three units at most, need the last otherwise. */
  private static final List<Gp> UNITS = List.of(RCX, R8, R9, R12);

  /** Where the blocks of an entry read. */
  private static final List<Gp> OFFSETS = List.of(R11, R12);

  /** Vectors of sums of each row. */
  private int sums() {
    return units * form.vectorsPerUnit();
  }

  /** Vectors of results of each row: 32-bit lanes, one for each pixel. */
  private int results() {
    return form.isWide() ? sums() / 2 : sums();
  }

  private Vec vec(int number) {
    return new Vec(number, form.bits());
  }

  /** Weights of a row, of one block of an entry. */
  private Vec weight(int row, int block) {
    return vec(row * form.blocks() + block);
  }

  private Vec activation(int block) {
    return vec(form.blocks() * rows + block);
  }

  private Vec product() {
    return vec(form.blocks() * (rows + 1));
  }

  /** 16-bit ones, and for pairs another product. */
  private Vec ones() {
    return vec(form.blocks() * (rows + 1) + 1);
  }

  private Vec other() {
    return vec(form.blocks() * (rows + 1) + 2);
  }

  private Vec sum(int row, int vector) {
    int more = form == QuadForm.PAIRS ? 3 : form == QuadForm.SINGLE ? 2 : 1;
    int first = form.blocks() * (rows + 1) + more;
    return vec(first + row * sums() + vector);
  }

  private Vec result(int row, int vector) {
    return sum(row, form.isWide() ? 2 * vector : vector);
  }

  @Override
  public String name() {
    String name = "quad_conv_" + form + "_" + rows + "_" + units;
    return name + (adds ? "_add" : "") + (saturates ? "" : "_wide");
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    a.load(RSI, RDI, Args.OFFSETS);
    if (form.isNarrow()) {
      a.emit(Op.VMOVDQU, ones(), Memory.at(RDI, Args.ONES));
    }
    Label tile = new Label();
    a.bind(tile);
    beginTile(a);
    Label quad = new Label();
    a.bind(quad);
    if (adds) {
      store().fetchNext(a);
    }
    for (int list = 0; list < 4 / rows; list++) {
      list(a);
      finish(a, list);
      a.emit(Op.ADD_IMM, R13, 4L * rows).emit(Op.ADD_IMM, R14, 4L * rows);
    }
    store().emit(a);
    if (adds) {
      a.load(RSI, RDI, Args.OFFSETS);
    }
    a.emit(Op.MOV, RAX, R10);
    a.emit(Op.ADD, RDX, Memory.at(RDI, Args.OUT_STRIDE));
    a.emit(Op.SUB_IMM, RBP, 1).emit(Op.JNE, quad);
    a.load(R11, RDI, Args.UNITS).emit(Op.ADD_IMM, R11, (long) units * QuadUnits.BYTES);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.UNITS), R11);
    a.load(R11, RDI, Args.TILES).emit(Op.SUB_IMM, R11, 1);
    a.emit(Op.MOV_STORE, Memory.at(RDI, Args.TILES), R11);
    a.emit(Op.CMP_IMM, R11, 0).emit(Op.JNE, tile);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Addresses of the units, and everything about weights from the beginning. */
  private void beginTile(Assembler a) {
    a.load(R11, RDI, Args.UNITS);
    for (int u = 0; u < units; u++) {
      a.emit(Op.MOVSXD, UNITS.get(u), Memory.at(R11, u * QuadUnits.BYTES));
      a.emit(Op.ADD, UNITS.get(u), Memory.at(RDI, Args.X));
    }
    a.load(RBX, RDI, Args.STARTS).load(R13, RDI, Args.BIAS).load(R14, RDI, Args.SCALE);
    a.load(RDX, RDI, Args.OUT).load(RBP, RDI, Args.QUADS).load(R15, RDI, Args.WEIGHTS);
    a.emit(Op.MOV32, RAX, Memory.at(RBX, 0));
    a.emit(Op.MOV, R11, RAX);
    a.emit(Op.SHL_IMM, R11, 2 + Integer.numberOfTrailingZeros(rows * form.blocks()))
        .emit(Op.ADD, R15, R11);
  }

  /** The sums of the next list. */
  private void list(Assembler a) {
    a.emit(Op.MOV32, R10, Memory.at(RBX, 4));
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < sums(); v++) {
        if (form.isWide()) {
          a.emit(Op.VPXOR, sum(row, v), sum(row, v), sum(row, v));
        } else {
          a.emit(Op.VPBROADCASTD, sum(row, v), Memory.at(R13, 4 * row));
        }
      }
    }
    Label block = new Label();
    Label end = new Label();
    a.emit(Op.CMP, RAX, R10).emit(Op.JGE, end);
    a.bind(block);
    multiply(a);
    a.emit(Op.ADD_IMM, R15, 4L * rows * form.blocks()).emit(Op.ADD_IMM, RAX, 1);
    a.emit(Op.CMP, RAX, R10).emit(Op.JL, block);
    a.bind(end).emit(Op.ADD_IMM, RBX, 4);
  }

  /** All sums of one list += one entry. */
  private void multiply(Assembler a) {
    int blocks = form.blocks();
    for (int b = 0; b < blocks; b++) {
      a.emit(Op.MOVSXD, OFFSETS.get(b), new Memory(RSI, RAX, 4 * blocks, 4 * b));
    }
    for (int row = 0; row < rows; row++) {
      for (int b = 0; b < blocks; b++) {
        a.emit(Op.VPBROADCASTD, weight(row, b), Memory.at(R15, 4 * (row * blocks + b)));
        if (form.isWide()) {
          a.emit(Op.VPMOVSXBW, weight(row, b), weight(row, b).as(128));
        }
      }
    }
    for (int v = 0; v < sums(); v++) {
      for (int b = 0; b < blocks; b++) {
        Gp unit = UNITS.get(v / form.vectorsPerUnit());
        int at = v % form.vectorsPerUnit() * form.bits() / 8;
        a.emit(Op.VMOVDQU, activation(b), Memory.at(unit, OFFSETS.get(b), at));
      }
      for (int row = 0; row < rows; row++) {
        multiply(a, row, sum(row, v));
      }
    }
  }

  private void multiply(Assembler a, int row, Vec sum) {
    switch (form) {
      case DOT_512, DOT_256 -> a.emit(Op.VPDPBUSD, sum, activation(0), weight(row, 0));
      case WIDE -> {
        a.emit(Op.VPMADDWD, product(), weight(row, 0), activation(0));
        a.emit(Op.VPADDD, sum, sum, product());
      }
      case SINGLE -> {
        a.emit(Op.VPMADDUBSW, product(), activation(0), weight(row, 0));
        a.emit(Op.VPMADDWD, product(), product(), ones());
        a.emit(Op.VPADDD, sum, sum, product());
      }
      case PAIRS -> {
        a.emit(Op.VPMADDUBSW, product(), activation(0), weight(row, 0));
        a.emit(Op.VPMADDUBSW, other(), activation(1), weight(row, 1));
        a.emit(Op.VPADDW, product(), product(), other());
        a.emit(Op.VPMADDWD, product(), product(), ones());
        a.emit(Op.VPADDD, sum, sum, product());
      }
    }
  }

  /**
   * Requantizes the sums of list {@code list} of a quad. Results are packed with those of the
   * quad's other lists as soon as these are there, first to 16 bits, then to cells of bytes, which
   * saturates; only what no 32 bits hold must be cut off before it is rounded.
   */
  private void finish(Assembler a, int list) {
    for (int row = 0; row < rows; row++) {
      if (form.isWide()) {
        a.emit(Op.VPBROADCASTD, vec(0), Memory.at(R13, 4 * row));
      }
      a.emit(Op.VBROADCASTSS, vec(1), Memory.at(R14, 4 * row));
      for (int v = 0; v < results(); v++) {
        Vec to = result(row, v);
        if (form.isWide()) {
          // Each pixel has two sums, of two channels each; afterwards lanes are 0 1 4 5 2 3 6 7.
          a.emit(Op.VPHADDD, to, to, sum(row, 2 * v + 1));
          a.emit(Op.VPERMQ, to, to, new Imm(0xD8)).emit(Op.VPADDD, to, to, vec(0));
        }
        a.emit(Op.VCVTDQ2PS, to, to).emit(Op.VMULPS, to, to, vec(1));
        if (!saturates) {
          a.emit(Op.VMINPS, to, to, Memory.at(RDI, Args.HIGH));
        }
        a.emit(Op.VCVTPS2DQ, to, to);
      }
    }
    for (int v = 0; v < results(); v++) {
      pack(a, list, v);
    }
  }

  /** Packs vector {@code v} of the results as far as rows of the quad are there. */
  private void pack(Assembler a, int list, int v) {
    Vec to = result(0, v);
    Memory stage = Memory.at(RDI, Args.STAGE + v * form.bits() / 8);
    Memory third = Memory.at(RDI, Args.THIRD + v * form.bits() / 8);
    int row = list * rows;
    if (rows == 1 && row % 2 == 0) {
      a.emit(Op.VMOVDQU_STORE, row == 0 ? stage : third, to);
      return;
    }
    if (rows == 1) {
      a.emit(Op.VMOVDQU, vec(0), row == 1 ? stage : third).emit(Op.VPACKSSDW, to, vec(0), to);
    } else {
      a.emit(Op.VPACKSSDW, to, to, result(1, v));
    }
    Op add = saturates ? Op.VPADDSW : Op.VPADDW;
    a.emit(add, to, to, Memory.at(RDI, Args.ZERO));
    if (row < 2 && rows < 4) {
      a.emit(Op.VMOVDQU_STORE, stage, to);
      return;
    }
    if (rows == 4) {
      a.emit(Op.VPACKSSDW, vec(0), result(2, v), result(3, v));
      a.emit(add, vec(0), vec(0), Memory.at(RDI, Args.ZERO));
      a.emit(Op.VPACKUSWB, to, to, vec(0));
    } else {
      a.emit(Op.VMOVDQU, vec(0), stage).emit(Op.VPACKUSWB, to, vec(0), to);
    }
    a.emit(Op.VPMAXUB, to, to, Memory.at(RDI, Args.LOW));
    if (saturates) {
      a.emit(Op.VPMINUB, to, to, Memory.at(RDI, Args.HIGH));
    }
    a.emit(Op.VPSHUFB, to, to, Memory.at(RDI, Args.ORDER));
  }

  /** What adds to and stores the cells of a complete quad. */
  private X86QuadStore store() {
    List<Vec> cells = IntStream.range(0, results()).mapToObj(v -> result(0, v)).toList();
    List<Integer> taken =
        Stream.concat(cells.stream(), form.isNarrow() ? Stream.of(ones()) : Stream.empty())
            .map(Vec::number)
            .toList();
    return new X86QuadStore(cells, units, adds, saturates, taken);
  }
}
