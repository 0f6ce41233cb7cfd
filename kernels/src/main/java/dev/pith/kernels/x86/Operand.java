package dev.pith.kernels.x86;

/** What an instruction works on. */
public sealed interface Operand {

  /** General-purpose registers, 64 bits; instructions on 32 bits use the lower half. */
  enum Gp implements Operand {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSP(4),
    RBP(5),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15);

    private final int number;

    Gp(int number) {
      this.number = number;
    }

    /** Number in encodings. */
    public int number() {
      return number;
    }
  }

  /**
   * A vector register.
   *
   * @param number 0 to 15, or to 31 with AVX-512
   * @param bits 128, 256 or 512
   */
  record Vec(int number, int bits) implements Operand {
    public Vec {
      if (number < 0 || number > 31 || bits != 128 && bits != 256 && bits != 512) {
        throw new IllegalArgumentException("no vector register has number " + number + ", " + bits);
      }
    }

    /** The same register seen with another width. */
    public Vec as(int width) {
      return new Vec(number, width);
    }
  }

  /**
   * Memory at {@code base + index · scale + displacement}.
   *
   * @param base a register
   * @param index a register other than RSP, or {@code null}
   * @param scale 1, 2, 4 or 8
   * @param displacement bytes
   */
  record Memory(Gp base, Gp index, int scale, int displacement) implements Operand {
    public Memory {
      if (index == Gp.RSP || Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
        throw new IllegalArgumentException("no address has index " + index + " · " + scale);
      }
    }

    /** Memory at a register plus an offset. */
    public static Memory at(Gp base, int displacement) {
      return new Memory(base, null, 1, displacement);
    }

    /** Memory at {@code base + index + displacement}. */
    public static Memory at(Gp base, Gp index, int displacement) {
      return new Memory(base, index, 1, displacement);
    }
  }

  /**
   * A constant.
   *
   * @param value sign-extended from the size that the instruction has room for
   */
  record Imm(long value) implements Operand {}

  /** A place in the code; bound once, used any number of times. */
  final class Label implements Operand {
    int position = -1;
  }
}
