package dev.pith.kernels.x86;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import java.util.List;

/**
 * Instruction sets that generated int8 kernels are made for, best first.
 *
 * <p>Activations lie in quads: four neighbouring channels of one pixel. With dot product
 * instructions a quad is four unsigned bytes; without, four 16-bit integers from which the zero
 * point is already taken, since the exact product of AVX2 ({@code vpmaddwd}) takes 16-bit operands
 * ({@code vpmaddubsw} saturates and would change bits).
 */
public enum X86Isa {
  AVX512_VNNI(512, 1),
  AVX_VNNI(256, 1),
  AVX2(256, 2);

  private final int bits;
  private final int elementBytes;

  X86Isa(int bits, int elementBytes) {
    this.bits = bits;
    this.elementBytes = elementBytes;
  }

  /** Width of vectors. */
  public int bits() {
    return bits;
  }

  /** Bytes of an activation in a quad. */
  public int elementBytes() {
    return elementBytes;
  }

  /** Bytes of a quad. */
  public int quadBytes() {
    return 4 * elementBytes;
  }

  /** Pixels of one vector. */
  public int pixels() {
    return bits / 8 / quadBytes();
  }

  /** Vectors of pixels that a kernel for {@code rows} rows works on; an even number. */
  public int vectors(int rows) {
    return switch (this) {
      case AVX512_VNNI -> 4;
      case AVX_VNNI -> rows == 1 ? 8 : rows == 2 ? 6 : 2;
      case AVX2 -> rows == 1 ? 8 : 6;
    };
  }

  /** How many rows may share a list of blocks. */
  public List<Integer> rowChoices() {
    return this == AVX2 ? List.of(1, 2) : List.of(1, 2, 4);
  }

  /**
   * Cycles for one block of {@code rows} rows and one pixel, roughly: what decides how many rows
   * share a list of blocks. AVX2 issues four vector instructions a cycle, two for each product;
   * VNNI kernels with one row are bound by loading activations.
   */
  public double cost(int rows) {
    if (this == AVX2) {
      return rows == 1 ? 0.147 : 0.271;
    }
    double product = 1.0 / pixels();
    return rows == 1 ? 1.6 * product : rows == 2 ? 2.1 * product : 4 * product;
  }

  /** Whether {@code target} has the instructions and lets code be made. */
  public boolean isOn(Target target) {
    if (!target.isCpu() || !target.has("x86_code")) {
      return false;
    }
    return target.features().containsAll(features());
  }

  /** Names of the features that must be there. */
  private List<String> features() {
    return switch (this) {
      case AVX512_VNNI -> List.of("avx512_vnni", "avx512bw", "avx512f");
      case AVX_VNNI -> List.of("avx_vnni", "avx2");
      case AVX2 -> List.of("avx2");
    };
  }

  /** The best of these on {@code target}, or {@code null}. */
  public static X86Isa best(Target target) {
    for (X86Isa isa : values()) {
      if (isa.isOn(target)) {
        return isa;
      }
    }
    return null;
  }

  /** Whether {@code target} has AVX2 and lets code be made, and if not, why not. */
  public static Support supportsAvx2(Target target) {
    Support any = supports(target);
    return any.isSupported() && !AVX2.isOn(target) ? Support.no("the processor has no AVX2") : any;
  }

  /** Whether any of these is on {@code target}, and if not, why not. */
  public static Support supports(Target target) {
    if (!target.isCpu()) {
      return Support.no("the target is %s, not a CPU", target.kind());
    }
    if (!target.has("x86_code")) {
      return Support.no("%s runs no generated x86-64 code", target.architecture());
    }
    return best(target) == null
        ? Support.no("the processor has %s, not AVX2", target.features())
        : Support.YES;
  }
}
