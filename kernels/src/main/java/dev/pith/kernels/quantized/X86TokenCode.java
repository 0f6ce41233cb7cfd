package dev.pith.kernels.quantized;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import dev.pith.kernels.x86.X86Isa;

/**
 * Machine code that turns rows of tokens into planes of quads and back, four tokens at a time.
 *
 * @param isa form of the quads
 * @param gather whether 16 features of all tokens become four planes of quads; else four rows of
 *     bytes, one for each feature, become words of the tokens' rows
 */
public record X86TokenCode(X86Isa isa, boolean gather) implements GeneratedCode {

  /** Byte offsets of the function's arguments; addresses and counts are 64-bit. */
  public static final class Args {
    public static final int SOURCE = 0;

    /** Bytes from one row of the source to the next. */
    public static final int SOURCE_STRIDE = 8;

    public static final int TARGET = 16;

    /** Bytes from one plane or row of the target to the next. */
    public static final int TARGET_STRIDE = 24;

    /** Tokens: 4 or more, the last step overlaps; scattered in whole steps only. */
    public static final int TOKENS = 32;

    /** Zero point, I16 times 16. */
    public static final int ZERO = 64;

    public static final int BYTES = 96;

    private Args() {}
  }

  private static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  @Override
  public String name() {
    return "token_" + isa + "_" + gather;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(R8, RDI, Args.SOURCE).load(R9, RDI, Args.SOURCE_STRIDE).load(R10, RDI, Args.TARGET);
    a.load(R11, RDI, Args.TARGET_STRIDE).load(RCX, RDI, Args.TOKENS).emit(Op.SUB_IMM, RCX, 4);
    a.zero(RDX);
    return gather ? gather(a) : scatter(a);
  }

  /** Four rows of 16 bytes, transposed in words. */
  private Assembler gather(Assembler a) {
    Label loop = new Label();
    Label end = new Label();
    a.bind(loop);
    a.emit(Op.MOV, RSI, RDX).emit(Op.IMUL, RSI, R9).emit(Op.ADD, RSI, R8);
    a.emit(Op.LEA, RAX, new Memory(RSI, R9, 2, 0));
    a.emit(Op.VMOVDQU, xmm(0), Memory.at(RSI, 0)).emit(Op.VMOVDQU, xmm(1), Memory.at(RSI, R9, 0));
    a.emit(Op.VMOVDQU, xmm(2), Memory.at(RAX, 0)).emit(Op.VMOVDQU, xmm(3), Memory.at(RAX, R9, 0));
    a.emit(Op.LEA, RAX, new Memory(R10, RDX, isa.quadBytes(), 0));
    for (int half = 0; half < 2; half++) {
      Op words = half == 0 ? Op.VPUNPCKLDQ : Op.VPUNPCKHDQ;
      a.emit(words, xmm(4), xmm(0), xmm(1)).emit(words, xmm(5), xmm(2), xmm(3));
      a.emit(Op.VPUNPCKLQDQ, xmm(6), xmm(4), xmm(5)).emit(Op.VPUNPCKHQDQ, xmm(7), xmm(4), xmm(5));
      storeQuads(a, xmm(6));
      storeQuads(a, xmm(7));
    }
    // On by four tokens; the last step ends with the last token.
    a.emit(Op.CMP, RDX, RCX).emit(Op.JE, end);
    a.emit(Op.ADD_IMM, RDX, 4).emit(Op.CMP, RDX, RCX).emit(Op.JL, loop);
    a.emit(Op.MOV, RDX, RCX).emit(Op.JMP, loop);
    return a.bind(end).emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private void storeQuads(Assembler a, Vec quads) {
    if (isa.elementBytes() == 1) {
      a.emit(Op.VMOVDQU_STORE, Memory.at(RAX, 0), quads);
    } else {
      a.emit(Op.VPMOVZXBW, quads.as(256), quads);
      a.emit(Op.VPSUBW, quads.as(256), quads.as(256), Memory.at(RDI, Args.ZERO));
      a.emit(Op.VMOVDQU_STORE, Memory.at(RAX, 0), quads.as(256));
    }
    a.emit(Op.ADD, RAX, R11);
  }

  /** Four rows of four bytes, transposed in bytes and stored as a word for each token. */
  private Assembler scatter(Assembler a) {
    Label loop = new Label();
    Label end = new Label();
    a.bind(loop);
    a.emit(Op.CMP, RCX, RDX).emit(Op.JL, end);
    a.emit(Op.LEA, RSI, Memory.at(R8, RDX, 0)).emit(Op.LEA, RAX, new Memory(RSI, R9, 2, 0));
    a.emit(Op.VMOVD, xmm(0), Memory.at(RSI, 0)).emit(Op.VMOVD, xmm(1), Memory.at(RSI, R9, 0));
    a.emit(Op.VMOVD, xmm(2), Memory.at(RAX, 0)).emit(Op.VMOVD, xmm(3), Memory.at(RAX, R9, 0));
    a.emit(Op.VPUNPCKLBW, xmm(0), xmm(0), xmm(1)).emit(Op.VPUNPCKLBW, xmm(2), xmm(2), xmm(3));
    a.emit(Op.VPUNPCKLWD, xmm(0), xmm(0), xmm(2));
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VPEXTRD, Memory.at(R10, 0), xmm(0), new Imm(i));
      a.emit(Op.ADD, R10, R11);
    }
    a.emit(Op.ADD_IMM, RDX, 4).emit(Op.JMP, loop);
    return a.bind(end).emit(Op.RET);
  }
}
