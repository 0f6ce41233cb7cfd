package dev.pith.compress.measure;

import dev.pith.compress.measure.PeakCode.Product;
import dev.pith.kernels.Target;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What one core of this machine can do at most, measured: multiply-adds on registers with the
 * instructions that kernels use, and bytes copied between memories larger than any cache.
 *
 * @param floatRate fp32 multiply-adds in a nanosecond; NaN where no code can be generated
 * @param int8Rate exact int8 multiply-adds in a nanosecond; NaN likewise
 * @param copyRate bytes read plus bytes written in a nanosecond
 */
public record Roofline(double floatRate, double int8Rate, double copyRate) {

  private static final int REPEATS = 8;
  private static final long COPY_BYTES = 96L << 20;
  private static final double PROBE_NANOS = 10e6;

  /** Measures the best of several short probes; takes a few tenths of a second. */
  public static Roofline measure(Target target) {
    return new Roofline(floats(target), integers(target), copy());
  }

  /**
   * The most multiply-adds in a nanosecond for a computation that does {@code intensity} of them
   * for each byte it moves (Williams et al. 2009); NaN where the peak is not known.
   */
  public double bound(boolean isInt8, double intensity) {
    return Math.min(isInt8 ? int8Rate : floatRate, intensity * copyRate);
  }

  /**
   * The same for several cores at once: arithmetic adds up; the rate of copies, which cores share,
   * is left at what one core reaches.
   */
  public Roofline ofCores(int cores) {
    return new Roofline(cores * floatRate, cores * int8Rate, copyRate);
  }

  private static double floats(Target target) {
    boolean wide = target.has("avx512f");
    return target.has("fma") || wide
        ? rate(new PeakCode(Product.FMA, wide ? 512 : 256))
        : Double.NaN;
  }

  private static double integers(Target target) {
    if (target.has("avx512_vnni")) {
      return rate(new PeakCode(Product.DOT, 512));
    }
    if (target.has("avx_vnni")) {
      return rate(new PeakCode(Product.DOT, 256));
    }
    return target.has("avx2") ? rate(new PeakCode(Product.PAIRED, 256)) : Double.NaN;
  }

  private static double rate(PeakCode code) {
    GeneratedCall call = GeneratedCalls.NATIVE.of(code);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rounds = arena.allocate(ValueLayout.JAVA_LONG);
      long count = 1000;
      double best = 0;
      for (int i = 0; i < REPEATS; ) {
        rounds.set(ValueLayout.JAVA_LONG, 0, count);
        long start = System.nanoTime();
        call.run(rounds);
        long nanos = System.nanoTime() - start;
        if (nanos < PROBE_NANOS) {
          count *= 2;
          continue;
        }
        best = Math.max(best, (double) count * code.products() / nanos);
        i++;
      }
      return best;
    }
  }

  private static double copy() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(COPY_BYTES, 64).fill((byte) 1);
      MemorySegment to = arena.allocate(COPY_BYTES, 64).fill((byte) 2);
      double best = 0;
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        to.copyFrom(from);
        best = Math.max(best, 2.0 * COPY_BYTES / (System.nanoTime() - start));
      }
      return best;
    }
  }
}
