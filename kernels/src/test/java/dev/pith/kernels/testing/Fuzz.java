package dev.pith.kernels.testing;

import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.layout.CodebookLayout;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.layout.SparseWeights;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.TestReporter;

/**
 * Draws problems at random, the same for the same seed. Properties of the test run: {@code
 * pith.fuzz.seed} (the first case's seed; the others count up from it) and {@code pith.fuzz.cases}
 * (cases of each test; a failure names the seed that repeats it alone with one case).
 */
public final class Fuzz {

  private static final long MOST_WORK = 60_000;

  private final Random random;
  private final long seed;

  private Fuzz(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  /** Runs {@code body} for each case, {@code usual} times where no property says otherwise. */
  public static void cases(int usual, TestReporter reporter, Consumer<Fuzz> body) {
    long first = Long.getLong("pith.fuzz.seed", 1);
    int cases = Integer.getInteger("pith.fuzz.cases", usual);
    reporter.publishEntry("fuzz", cases + " cases from seed " + first);
    for (long seed = first; seed < first + cases; seed++) {
      try {
        body.accept(new Fuzz(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "repeat with -Dpith.fuzz.seed=" + seed + " -Dpith.fuzz.cases=1: " + e.getMessage(), e);
      }
    }
  }

  /** This case's seed. */
  public long seed() {
    return seed;
  }

  /** A number from {@code low} to {@code high}, both inclusive. */
  public int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /** One of {@code choices}. */
  @SafeVarargs
  public final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** True once in {@code times}. */
  public boolean rarely(int times) {
    return random.nextInt(times) == 0;
  }

  /** A fraction of zeros, the extremes included. */
  public double sparsity() {
    return oneOf(0.0, 0.3, 0.5, 0.8, 0.9, 0.97, 1.0);
  }

  /** Dense as often as all compressed layouts together. */
  public Layout layout() {
    return random.nextBoolean() ? Dense.LAYOUT : oneOf(Layouts.ALL.toArray(Layout[]::new));
  }

  /** A convolution of any kind, small enough for the reference. */
  public ConvGeometry geometry() {
    while (true) {
      boolean depthwise = rarely(3);
      int groups = depthwise ? between(1, 70) : oneOf(1, 1, 1, 2, 3);
      long inputs = (long) groups * (depthwise ? 1 : oneOf(between(1, 9), between(3, 40), 64));
      long outputs = (long) groups * (depthwise ? oneOf(1, 1, 2) : between(1, 24));
      ConvGeometry g = geometry(inputs, outputs, groups);
      if (g.work() <= MOST_WORK && g.inputShape().elementCount() <= MOST_WORK / 4) {
        return g;
      }
    }
  }

  private ConvGeometry geometry(long inputs, long outputs, long groups) {
    int axes = oneOf(1, 2, 2, 2, 2, 3);
    long[] input = new long[axes];
    long[] kernel = new long[axes];
    long[] strides = new long[axes];
    long[] dilations = new long[axes];
    long[] pads = new long[2 * axes];
    // Kernels read an input without padding where it is, which four random pads would seldom be.
    boolean isPadded = !rarely(2);
    for (int i = 0; i < axes; i++) {
      input[i] = oneOf(between(1, 8), between(5, 20), between(14, 40));
      kernel[i] = oneOf(1, 1, 3, 3, between(1, 7));
      strides[i] = oneOf(1, 1, 1, 2, 3);
      dilations[i] = oneOf(1, 1, 1, 2, 3);
      pads[i] = isPadded ? oneOf(0, 1, between(0, 4)) : 0;
      pads[axes + i] = isPadded ? oneOf(0, 1, between(0, 4)) : 0;
    }
    long batch = oneOf(1, 1, 2, 3);
    return ConvCases.of(batch, inputs, outputs, groups, input, kernel, strides, dilations, pads);
  }

  /**
   * Weights in {@code layout} of which about {@code sparsity} are zero, in blocks of 1, 2, 4 or 16
   * rows and 1 or 4 columns where the layout is free to hold them.
   */
  public Tensor weights(Layout layout, DType dtype, double sparsity, long... dims) {
    if (layout instanceof CodebookLayout || layout instanceof NmLayout) {
      return layout.encode(
          SparseWeights.of(layout, dtype, sparsity, random.nextLong(), dims), Arena.ofAuto());
    }
    RandomTensors tensors = new RandomTensors(random.nextLong());
    Tensor dense = dtype == DType.I8 ? tensors.bytes(DType.I8, dims) : tensors.floats(0, 1, dims);
    int rows = oneOf(1, 2, 4, 16);
    int columns = oneOf(1, 4);
    long across = dense.columns() / columns + 1;
    boolean[] zero = new boolean[Math.toIntExact((dense.rows() / rows + 1) * across)];
    for (int i = 0; i < zero.length; i++) {
      zero[i] = random.nextDouble() < sparsity;
    }
    for (long row = 0; row < dense.rows(); row++) {
      for (long column = 0; column < dense.columns(); column++) {
        if (zero[Math.toIntExact(row / rows * across + column / columns)]) {
          Elements.setDouble(dtype, dense.values(), row * dense.columns() + column, 0);
        }
      }
    }
    return layout == Dense.LAYOUT ? dense : layout.encode(dense, Arena.ofAuto());
  }
}
