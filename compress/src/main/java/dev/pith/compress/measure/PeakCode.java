package dev.pith.compress.measure;

import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Vec;

/**
 * A loop of nothing but independent multiply-adds on registers: the most the processor can do. The
 * argument is the number of rounds, 64-bit.
 *
 * @param product which instruction
 * @param bits width of vectors
 */
record PeakCode(Product product, int bits) implements GeneratedCode {

  /** Sums that grow side by side: latency × throughput of every processor with these needs ten. */
  private static final int SUMS = 12;

  /** Multiply-adds as kernels use them. */
  enum Product {
    /** {@code vfmadd231ps}. */
    FMA(1),
    /** {@code vpdpbusd}. */
    DOT(4),
    /**
     * Two {@code vpmaddubsw} added in 16 bits, then widened and added: exact without dot product
     * instructions where weights leave room for the sum.
     */
    PAIRED(8);

    /** Multiply-adds for each 32-bit lane. */
    private final int perLane;

    Product(int perLane) {
      this.perLane = perLane;
    }
  }

  /** Multiply-adds of one round. */
  long products() {
    return (long) SUMS * bits / 32 * product.perLane;
  }

  @Override
  public String name() {
    return "peak_" + product + "_" + bits;
  }

  @Override
  public Assembler assemble() {
    Assembler a = new Assembler();
    a.load(Gp.RAX, Gp.RDI, 0);
    for (int i = 0; i < 16; i++) {
      a.emit(Op.VPXOR, vec(i), vec(i), vec(i));
    }
    Label round = new Label();
    a.bind(round);
    for (int i = 0; i < SUMS; i++) {
      switch (product) {
        case FMA -> a.emit(Op.VFMADD231PS, vec(i), vec(12), vec(13));
        case DOT -> a.emit(Op.VPDPBUSD, vec(i), vec(12), vec(13));
        case PAIRED -> {
          a.emit(Op.VPMADDUBSW, vec(14), vec(12), vec(13));
          a.emit(Op.VPMADDUBSW, vec(15), vec(13), vec(12));
          a.emit(Op.VPADDW, vec(14), vec(14), vec(15));
          a.emit(Op.VPMADDWD, vec(14), vec(14), vec(13));
          a.emit(Op.VPADDD, vec(i), vec(i), vec(14));
        }
      }
    }
    a.emit(Op.SUB_IMM, Gp.RAX, 1).emit(Op.JNE, round);
    return a.emit(Op.VZEROUPPER).emit(Op.RET);
  }

  private Vec vec(int number) {
    return new Vec(number, bits);
  }
}
