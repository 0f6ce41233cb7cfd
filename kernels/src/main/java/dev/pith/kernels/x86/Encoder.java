package dev.pith.kernels.x86;

import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Instructions to bytes. VEX where it can express an instruction, EVEX for 512 bits, registers
 * above 15 and instructions that need it; the shortest displacement; jumps with 32-bit distances.
 */
final class Encoder {

  private record Fix(int at, Label label) {}

  private final List<Fix> fixes = new ArrayList<>();
  private byte[] code = new byte[1024];
  private int size;

  private Encoder() {}

  static byte[] encode(List<Instruction> instructions) {
    Encoder encoder = new Encoder();
    for (Instruction instruction : instructions) {
      if (instruction.op() == null) {
        ((Label) instruction.operand(0)).position = encoder.size;
      } else if (instruction.op().isVector()) {
        encoder.vector(instruction);
      } else {
        encoder.general(instruction);
      }
    }
    for (Fix fix : encoder.fixes) {
      if (fix.label().position < 0) {
        throw new IllegalStateException("a jump at byte " + fix.at() + " goes to no label");
      }
      encoder.put32(fix.at(), fix.label().position - fix.at() - 4);
    }
    return Arrays.copyOf(encoder.code, encoder.size);
  }

  private void emit(int value) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) value;
  }

  private void emit32(long value) {
    for (int i = 0; i < 4; i++) {
      emit((int) (value >> 8 * i));
    }
  }

  private void put32(int at, int value) {
    for (int i = 0; i < 4; i++) {
      code[at + i] = (byte) (value >> 8 * i);
    }
  }

  /** The bytes of an opcode, highest first. */
  private void opcode(int opcode) {
    for (int shift = 16; shift > 0; shift -= 8) {
      if (opcode >>> shift != 0) {
        emit(opcode >>> shift);
      }
    }
    emit(opcode);
  }

  private void general(Instruction i) {
    Op op = i.op();
    switch (op.form) {
      case GP_RM -> generalRm(op.opcode, ((Gp) i.operand(0)).number(), i.operand(1), true);
      case GP32_RM -> generalRm(op.opcode, ((Gp) i.operand(0)).number(), i.operand(1), false);
      case GP_MR -> generalRm(op.opcode, ((Gp) i.operand(1)).number(), i.operand(0), true);
      case GP32_MR -> generalRm(op.opcode, ((Gp) i.operand(1)).number(), i.operand(0), false);
      case GP_IMM -> {
        long value = ((Imm) i.operand(1)).value();
        boolean isByte = value == (byte) value;
        generalRm(isByte ? 0x83 : 0x81, op.opcode, i.operand(0), true);
        if (isByte) {
          emit((int) value);
        } else {
          emit32(checked(value));
        }
      }
      case GP_IMM8 -> {
        generalRm(0xC1, op.opcode, i.operand(0), true);
        emit((int) ((Imm) i.operand(1)).value());
      }
      case GP_IMM64 -> {
        int register = ((Gp) i.operand(0)).number();
        long value = ((Imm) i.operand(1)).value();
        emit(0x48 | register >> 3);
        emit(op.opcode | register & 7);
        emit32(value);
        emit32(value >> 32);
      }
      case STACK -> {
        int register = ((Gp) i.operand(0)).number();
        if (register > 7) {
          emit(0x41);
        }
        emit(op.opcode | register & 7);
      }
      case HINT -> generalRm(op.opcode, 1, i.operand(0), false);
      case JUMP -> {
        opcode(op.opcode);
        fixes.add(new Fix(size, (Label) i.operand(0)));
        emit32(0);
      }
      case PLAIN -> opcode(op.opcode);
      default -> throw new IllegalStateException(op + " is no general instruction");
    }
  }

  private static long checked(long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException("constant " + value + " does not fit 32 bits");
    }
    return value;
  }

  private void generalRm(int opcode, int reg, Operand rm, boolean wide) {
    int rex = (wide ? 8 : 0) | reg >> 3 << 2 | highIndex(rm) << 1 | highBase(rm);
    if (rex != 0) {
      emit(0x40 | rex);
    }
    opcode(opcode);
    modRm(reg, rm, 1);
  }

  private static int highBase(Operand rm) {
    if (rm instanceof Memory memory) {
      return memory.base().number() >> 3;
    }
    return rm instanceof Vec vec ? vec.number() >> 3 & 1 : ((Gp) rm).number() >> 3;
  }

  private static int highIndex(Operand rm) {
    return rm instanceof Memory memory && memory.index() != null ? memory.index().number() >> 3 : 0;
  }

  /** ModRM, SIB and displacement; {@code unit} is what an 8-bit displacement counts in. */
  private void modRm(int reg, Operand rm, int unit) {
    int field = (reg & 7) << 3;
    if (!(rm instanceof Memory memory)) {
      int number = rm instanceof Gp gp ? gp.number() : ((Vec) rm).number();
      emit(0xC0 | field | number & 7);
      return;
    }
    int base = memory.base().number() & 7;
    boolean sib = memory.index() != null || base == 4;
    int displacement = memory.displacement();
    boolean none = displacement == 0 && base != 5;
    boolean isByte =
        !none && displacement % unit == 0 && displacement / unit == (byte) (displacement / unit);
    emit((none ? 0 : isByte ? 0x40 : 0x80) | field | (sib ? 4 : base));
    if (sib) {
      int scale = Integer.numberOfTrailingZeros(memory.scale());
      int index = memory.index() == null ? 4 : memory.index().number() & 7;
      emit(scale << 6 | index << 3 | base);
    }
    if (isByte) {
      emit(displacement / unit);
    } else if (!none) {
      emit32(displacement);
    }
  }

  private void vector(Instruction i) {
    Op op = i.op();
    int reg;
    int vvvv = 0;
    Operand rm;
    switch (op.form) {
      case RM, RM_IMM -> {
        reg = number(i.operand(0));
        rm = i.operand(1);
      }
      case MR, MR_IMM -> {
        reg = number(i.operand(1));
        rm = i.operand(0);
      }
      case RVM, RVM_IMM, RVMR -> {
        reg = number(i.operand(0));
        vvvv = number(i.operand(1));
        rm = i.operand(2);
      }
      case MVR -> {
        reg = number(i.operand(2));
        vvvv = number(i.operand(1));
        rm = i.operand(0);
      }
      case VMI -> {
        reg = op.digit;
        vvvv = number(i.operand(0));
        rm = i.operand(1);
      }
      default -> throw new IllegalStateException(op + " is no vector instruction");
    }
    int bits = i.bits();
    int high = rm instanceof Vec vec ? vec.number() : 0;
    // The 128- and 256-bit VEX form of vpdpbusd (AVX-VNNI) is what encoders choose by default.
    if (bits == 512 || reg > 15 || vvvv > 15 || high > 15 || op == Op.VPMOVDB) {
      evex(op, bits, reg, vvvv, rm);
    } else {
      vex(op, bits, reg, vvvv, rm);
    }
    if (i.operands().getLast() instanceof Imm imm) {
      emit((int) imm.value());
    } else if (op.form == Op.Form.RVMR) {
      emit(number(i.operand(3)) << 4);
    }
  }

  private static int number(Operand operand) {
    return ((Vec) operand).number();
  }

  private void vex(Op op, int bits, int reg, int vvvv, Operand rm) {
    int r = reg >> 3;
    int x = highIndex(rm);
    int b = highBase(rm);
    int tail = (~vvvv & 15) << 3 | (bits == 256 ? 4 : 0) | op.prefix;
    if (x == 0 && b == 0 && op.map == Op.M.M0F && !op.wide) {
      emit(0xC5);
      emit((r ^ 1) << 7 | tail);
    } else {
      emit(0xC4);
      emit((r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | op.map);
      emit((op.wide ? 0x80 : 0) | tail);
    }
    emit(op.opcode);
    modRm(reg, rm, 1);
  }

  private void evex(Op op, int bits, int reg, int vvvv, Operand rm) {
    int x = rm instanceof Vec vec ? vec.number() >> 4 : highIndex(rm);
    emit(0x62);
    emit(
        (reg >> 3 & 1 ^ 1) << 7
            | (x ^ 1) << 6
            | (highBase(rm) ^ 1) << 5
            | (reg >> 4 ^ 1) << 4
            | op.map);
    emit((op.wide ? 0x80 : 0) | (~vvvv & 15) << 3 | 4 | op.prefix);
    emit((bits == 512 ? 2 : bits == 256 ? 1 : 0) << 5 | (vvvv >> 4 ^ 1) << 3);
    emit(op.opcode);
    modRm(reg, rm, op.tuple == Op.T.DWORD ? 4 : bits / 8 / op.tuple);
  }
}
