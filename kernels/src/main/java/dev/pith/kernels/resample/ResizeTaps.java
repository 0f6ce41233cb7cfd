package dev.pith.kernels.resample;

/**
 * For one axis: which elements of x an element of y is made of, and with which weights. Immutable.
 */
public final class ResizeTaps {

  private final ResizeProblem p;
  private final ResizeProblem.Axis axis;
  private final long in;
  private final long out;
  private final int count;
  private final int[] indices;
  private final float[] weights;
  private final boolean[] outside;

  /**
   * The elements for one axis of a problem.
   *
   * @param index the axis, from the front
   */
  public ResizeTaps(ResizeProblem p, int index) {
    this.p = p;
    this.axis = p.axes().get(index);
    this.in = p.input().dim(index);
    this.out = p.output().dim(index);
    boolean copied = p.isCopied(index);
    double shrink = p.antialias() ? Math.min(axis.scale(), 1) : 1;
    this.count =
        copied
            ? 1
            : switch (p.interpolation()) {
              case NEAREST -> 1;
              case LINEAR -> reach(1 / shrink);
              case CUBIC -> reach(2 / shrink);
            };
    this.indices = new int[Math.toIntExact(out * count)];
    this.weights = new float[indices.length];
    this.outside = new boolean[Math.toIntExact(out)];
    for (int i = 0; i < out; i++) {
      if (copied) {
        indices[i] = i;
        weights[i] = 1;
      } else {
        fill(i, shrink);
      }
    }
  }

  /** Elements less than {@code radius} away from any point. */
  private static int reach(double radius) {
    int first = (int) Math.floor(-radius) + 1;
    return 2 - 2 * first;
  }

  private double point(int i) {
    return switch (p.coordinates()) {
      case HALF_PIXEL -> (i + 0.5) / axis.scale() - 0.5;
      case HALF_PIXEL_SYMMETRIC -> {
        double adjustment = out / (axis.scale() * in);
        yield in / 2.0 * (1 - adjustment) + (i + 0.5) / axis.scale() - 0.5;
      }
      case PYTORCH_HALF_PIXEL -> out > 1 ? (i + 0.5) / axis.scale() - 0.5 : 0;
      case ALIGN_CORNERS -> {
        double extent = axis.scale() * in;
        yield out == 1 || extent == 1 ? 0 : i * (in - 1) / (extent - 1);
      }
      case ASYMMETRIC -> i / axis.scale();
      case HALF_PIXEL_UNSHIFTED -> (i + 0.5) / axis.scale();
      case CROP ->
          out > 1
              ? axis.start() * (in - 1) + i * (axis.end() - axis.start()) * (in - 1) / (out - 1)
              : 0.5 * (axis.start() + axis.end()) * (in - 1);
    };
  }

  private void fill(int i, double shrink) {
    double point = point(i);
    outside[i] = p.coordinates() == ResizeProblem.Coordinates.CROP && (point < 0 || point > in - 1);
    if (p.interpolation() == Interpolation.NEAREST) {
      indices[i] = clamp(nearest(point));
      weights[i] = 1;
      return;
    }
    double floor = Math.floor(point);
    double fraction = point - floor;
    int first = 1 - count / 2;
    double sum = 0;
    double[] exact = new double[count];
    for (int t = 0; t < count; t++) {
      double at = floor + first + t;
      double distance = Math.abs(first + t - fraction) * shrink;
      exact[t] =
          p.interpolation() == Interpolation.LINEAR ? Math.max(0, 1 - distance) : cubic(distance);
      exact[t] = p.excludeOutside() && (at < 0 || at >= in) ? 0 : exact[t];
      indices[i * count + t] = clamp(at);
      sum += exact[t];
    }
    for (int t = 0; t < count; t++) {
      weights[i * count + t] = (float) (exact[t] / sum);
    }
  }

  private double nearest(double point) {
    return switch (p.rounding()) {
      case PREFER_FLOOR -> Math.ceil(point - 0.5);
      case PREFER_CEIL -> Math.floor(point + 0.5);
      case FLOOR -> Math.floor(point);
      case CEIL -> Math.ceil(point);
    };
  }

  private double cubic(double d) {
    double a = p.cubic();
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  private int clamp(double index) {
    return (int) Math.min(Math.max(index, 0), in - 1.0);
  }

  /** Elements of x that make an element of y. */
  public int count() {
    return count;
  }

  /** Element {@code tap} of x for element {@code i} of y. */
  public int index(int i, int tap) {
    return indices[i * count + tap];
  }

  /** Its weight. */
  public float weight(int i, int tap) {
    return weights[i * count + tap];
  }

  /** Whether element {@code i} of y lies outside x and has the extrapolation value. */
  public boolean isOutside(int i) {
    return outside[i];
  }

  /** All indices, {@link #count} for each element; to be read only. */
  int[] indices() {
    return indices;
  }

  /** All weights, in the order of {@link #indices}; to be read only. */
  float[] weights() {
    return weights;
  }
}
