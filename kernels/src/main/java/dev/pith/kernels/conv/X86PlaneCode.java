package dev.pith.kernels.conv;

import static dev.pith.kernels.x86.Operand.Gp.R10;
import static dev.pith.kernels.x86.Operand.Gp.R11;
import static dev.pith.kernels.x86.Operand.Gp.R12;
import static dev.pith.kernels.x86.Operand.Gp.R13;
import static dev.pith.kernels.x86.Operand.Gp.R14;
import static dev.pith.kernels.x86.Operand.Gp.R8;
import static dev.pith.kernels.x86.Operand.Gp.R9;
import static dev.pith.kernels.x86.Operand.Gp.RAX;
import static dev.pith.kernels.x86.Operand.Gp.RBX;
import static dev.pith.kernels.x86.Operand.Gp.RCX;
import static dev.pith.kernels.x86.Operand.Gp.RDI;
import static dev.pith.kernels.x86.Operand.Gp.RDX;
import static dev.pith.kernels.x86.Operand.Gp.RSI;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.FloatLoop;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.List;

/**
 * Machine code that brings channels of floats into the form of {@link ConvPlanes}: each plane is
 * filled with zeros, then rows are copied whose elements lie {@code stride} apart in the input.
 *
 * @param stride elements from one copied element to the next
 */
record X86PlaneCode(int stride) implements GeneratedCode {

  /** Byte offsets of the function's arguments, all 64-bit. */
  static final class Args {
    static final int X = 0;

    /** Bytes from one channel of the input to the next. */
    static final int X_PLANE = 8;

    static final int PLANE = 16;

    /** Bytes of a plane, more than 0. */
    static final int PLANE_BYTES = 24;

    /** Channels, at least 1. */
    static final int PLANES = 32;

    /** For each row I32 byte offset in the channel, in the plane, and its elements (1 or more). */
    static final int TABLE = 40;

    static final int ROWS = 48;
    static final int BYTES = 64;

    private Args() {}
  }

  private static final List<Gp> SAVED = List.of(RBX, R12, R13, R14);
  private static final Vec VALUE = new Vec(0, 256);
  private static final Vec MASK = new Vec(1, 256);
  private static final Vec ZERO = new Vec(2, 256);

  @Override
  public String name() {
    return "plane_" + stride;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    FloatFunctions f = new FloatFunctions(a, R11, 3);
    FloatLoop loop = new FloatLoop(a, f, RAX, R10, RDX, MASK);
    SAVED.forEach(register -> a.emit(Op.PUSH, register));
    f.begin();
    a.load(RSI, RDI, Args.X).load(RCX, RDI, Args.PLANE).load(R14, RDI, Args.PLANES);
    a.emit(Op.VPXOR, ZERO, ZERO, ZERO);
    Label plane = new Label();
    Label row = new Label();
    Label done = new Label();
    a.bind(plane).load(R8, RDI, Args.PLANE_BYTES);
    loop.emit(R8, masked -> loop.store(RCX, ZERO, masked));
    a.load(R8, RDI, Args.TABLE).load(R9, RDI, Args.ROWS);
    a.emit(Op.CMP_IMM, R9, 0).emit(Op.JE, done).bind(row);
    a.emit(Op.MOVSXD, R12, Memory.at(R8, 0)).emit(Op.ADD, R12, RSI);
    a.emit(Op.MOVSXD, R13, Memory.at(R8, 4)).emit(Op.ADD, R13, RCX);
    a.emit(Op.MOVSXD, RBX, Memory.at(R8, 8));
    if (stride == 1) {
      a.emit(Op.SHL_IMM, RBX, 2);
      loop.emit(
          RBX,
          masked -> {
            loop.load(VALUE, R12, masked);
            loop.store(R13, VALUE, masked);
          });
    } else {
      gather(a);
    }
    a.emit(Op.ADD_IMM, R8, 12).emit(Op.SUB_IMM, R9, 1).emit(Op.JNE, row).bind(done);
    a.emit(Op.ADD, RSI, Memory.at(RDI, Args.X_PLANE));
    a.emit(Op.ADD, RCX, Memory.at(RDI, Args.PLANE_BYTES));
    a.emit(Op.SUB_IMM, R14, 1).emit(Op.JNE, plane);
    for (Gp register : SAVED.reversed()) {
      a.emit(Op.POP, register);
    }
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  /** Copies rbx elements from r12 to r13. */
  private void gather(Assembler a) {
    Label one = new Label();
    if (stride == 2) {
      Label eight = new Label();
      // Strictly more than eight: the element behind the eighth may not be there.
      a.emit(Op.CMP_IMM, RBX, 9).emit(Op.JL, one).bind(eight);
      a.emit(Op.VMOVUPS, VALUE, Memory.at(R12, 0));
      a.emit(Op.VSHUFPS, VALUE, VALUE, Memory.at(R12, 32), new Imm(0x88));
      a.emit(Op.VPERMQ, VALUE, VALUE, new Imm(0xD8));
      a.emit(Op.VMOVUPS_STORE, Memory.at(R13, 0), VALUE);
      a.emit(Op.ADD_IMM, R12, 64).emit(Op.ADD_IMM, R13, 32).emit(Op.SUB_IMM, RBX, 8);
      a.emit(Op.CMP_IMM, RBX, 9).emit(Op.JGE, eight);
    }
    a.bind(one);
    a.emit(Op.MOV32, RAX, Memory.at(R12, 0)).emit(Op.MOV32_STORE, Memory.at(R13, 0), RAX);
    a.emit(Op.ADD_IMM, R12, 4L * stride).emit(Op.ADD_IMM, R13, 4).emit(Op.SUB_IMM, RBX, 1);
    a.emit(Op.JNE, one);
  }
}
