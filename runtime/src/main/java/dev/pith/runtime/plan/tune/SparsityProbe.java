package dev.pith.runtime.plan.tune;

import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.DeltaLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Planner.KernelSelector;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * At which sparsity a layer would be faster than with dense weights: times its problem with random
 * weights of a few sparsities and interpolates. Stateless.
 */
public final class SparsityProbe {

  /** Fractions of zeros that are timed. */
  private static final double[] SPARSITIES = {0.5, 0.8, 0.95};

  /** Weights of more elements take too long to make up. */
  private static final long MOST_WEIGHTS = 1L << 24;

  /** Depthwise and other narrow layers stay dense. */
  private static final long FEWEST_COLUMNS = 16;

  /** Part of the dense time below which a difference is no noise. */
  private static final double FASTER = 0.97;

  private SparsityProbe() {}

  /**
   * One measurement.
   *
   * @param sparsity fraction of zeros
   * @param nanos time of one run
   */
  public record Point(double sparsity, long nanos) {}

  /**
   * What was found for one layout.
   *
   * @param layout the sparse layout
   * @param denseNanos time of one run with dense weights
   * @param points times with sparse weights, by rising sparsity
   * @param from sparsity from which on sparse weights are faster; NaN where they never were
   */
  public record Verdict(Layout layout, long denseNanos, List<Point> points, double from) {
    public Verdict {
      points = List.copyOf(points);
    }

    static Verdict of(Layout layout, long denseNanos, List<Point> points) {
      return new Verdict(
          layout, denseNanos, points, crossing((long) (FASTER * denseNanos), points));
    }
  }

  /**
   * Verdicts for the step's own layout if it is sparse, blocks, and any pattern; none where the
   * step has no weight to speak of or the selector does not measure.
   */
  public static List<Verdict> of(Step step, KernelSelector selector) {
    Tensor weight = WeightLayout.weight(step);
    if (weight == null
        || weight.columns() < FEWEST_COLUMNS
        || weight.shape().elementCount() > MOST_WEIGHTS) {
      return List.of();
    }
    long dense = time(step, weight, Dense.LAYOUT, 0, selector);
    if (dense < 0) {
      return List.of();
    }
    Set<Layout> layouts = new LinkedHashSet<>();
    if (holdsAnything(weight.layout())) {
      layouts.add(weight.layout());
    }
    layouts.add(new BlockLayout(2, 4));
    layouts.add(new BitmaskLayout());
    List<Verdict> verdicts = new ArrayList<>();
    for (Layout layout : layouts) {
      List<Point> points = new ArrayList<>();
      for (double sparsity : SPARSITIES) {
        long nanos = time(step, weight, layout, sparsity, selector);
        if (nanos >= 0) {
          points.add(new Point(sparsity, nanos));
        }
      }
      if (points.size() == SPARSITIES.length) {
        verdicts.add(Verdict.of(layout, dense, points));
      }
    }
    return verdicts;
  }

  /** Whether random weights can be made for a sparse layout; N:M and codebooks want patterns. */
  private static boolean holdsAnything(Layout layout) {
    return layout instanceof BlockLayout
        || layout instanceof BitmaskLayout
        || layout instanceof DeltaLayout
        || layout instanceof CsrLayout;
  }

  /** Where the line through neighbouring points falls below a time. */
  static double crossing(long limit, List<Point> points) {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).nanos() < limit) {
        Point a = points.get(Math.max(0, i - 1));
        Point b = points.get(Math.max(1, i));
        double slope = (b.nanos() - a.nanos()) / (b.sparsity() - a.sparsity());
        double at = slope < 0 ? a.sparsity() + (limit - a.nanos()) / slope : 0;
        return Math.clamp(at, 0, b.sparsity());
      }
    }
    return Double.NaN;
  }

  private static long time(
      Step step, Tensor weight, Layout layout, double sparsity, KernelSelector selector) {
    try (Arena arena = Arena.ofShared()) {
      return WeightLayout.time(step, weight(weight, layout, sparsity, arena), selector);
    }
  }

  /** Random weights with zeros in the places that suit the layout. */
  private static Tensor weight(Tensor like, Layout layout, double sparsity, Arena arena) {
    Tensor dense = Tensor.allocate(arena, like.dtype(), like.shape());
    int rows = layout instanceof BlockLayout block ? block.rows() : 1;
    int columns = layout instanceof BlockLayout block ? block.cols() : 1;
    SplittableRandom random = new SplittableRandom(1);
    long width = dense.columns();
    boolean[] kept = new boolean[Math.toIntExact((width + columns - 1) / columns)];
    for (long row = 0; row < dense.rows(); row++) {
      for (int i = 0; row % rows == 0 && i < kept.length; i++) {
        kept[i] = random.nextDouble() >= sparsity;
      }
      for (long column = 0; column < width; column++) {
        if (kept[(int) (column / columns)]) {
          double value =
              like.dtype() == DType.I8 ? random.nextInt(1, 128) : random.nextDouble(0.1, 1);
          Elements.setDouble(like.dtype(), dense.values(), row * width + column, value);
        }
      }
    }
    Tensor encoded = layout.encode(dense, arena);
    return encoded.withQuantization(like.quantization());
  }
}
