package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.resample.ResizeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * x resized; {@link ResizeProblem} has the arithmetic. ONNX Resize and Upsample.
 *
 * <p>Inputs: x; optional region (all starts, then all ends); scales (F32), or sizes (I64), for each
 * of {@code axes}.
 *
 * @param interpolation how values between pixels are found
 * @param coordinates which point of x an element of y stands for
 * @param rounding NEAREST: which neighbour is taken
 * @param cubic CUBIC: the coefficient
 * @param excludeOutside whether pixels outside x have no weight
 * @param antialias whether the filter grows when an axis shrinks
 * @param extrapolation CROP: value of points outside x
 * @param fit what sizes mean
 * @param axes axes that are resized; none for all
 */
public record Resize(
    Interpolation interpolation,
    ResizeProblem.Coordinates coordinates,
    ResizeProblem.Rounding rounding,
    float cubic,
    boolean excludeOutside,
    boolean antialias,
    float extrapolation,
    Fit fit,
    List<Long> axes)
    implements Op {

  /** What sizes mean. */
  public enum Fit {
    /** Each is the new extent. */
    STRETCH,
    /** One scale for all axes, so that no extent is larger than its size. */
    NOT_LARGER,
    /** One scale for all axes, so that no extent is smaller than its size. */
    NOT_SMALLER
  }

  public Resize {
    axes = List.copyOf(axes);
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 2, 3);
  }

  private int[] axes(Shape x) {
    return axes.isEmpty()
        ? LongStream.range(0, x.rank()).mapToInt(i -> (int) i).toArray()
        : axes.stream().mapToInt(x::axis).toArray();
  }

  private static boolean isGiven(OpContext context, int index) {
    return context.has(index) && context.input(index).shape().elementCount() > 0;
  }

  private static void checkCount(OpContext context, int index, String what, int count) {
    if (context.input(index).shape().elementCount() != count) {
      throw new IllegalArgumentException(
          what + " are " + context.input(index) + "; " + count + " numbers are needed");
    }
  }

  /** For each resized axis its scale and its new extent. */
  private double[][] targets(OpContext context) {
    Shape x = context.input(0).shape();
    int[] resized = axes(x);
    double[][] targets = new double[resized.length][];
    if (isGiven(context, 2)) {
      checkCount(context, 2, "scales", resized.length);
      float[] scales = context.known(2).toFloats();
      for (int i = 0; i < resized.length; i++) {
        if (!(scales[i] > 0)) {
          throw new IllegalArgumentException(
              "scales are " + Arrays.toString(scales) + "; they must be above 0");
        }
        targets[i] = new double[] {scales[i], Math.floor(x.dim(resized[i]) * scales[i])};
      }
      return targets;
    }
    if (!isGiven(context, 3)) {
      throw new IllegalArgumentException("neither scales nor sizes are given");
    }
    checkCount(context, 3, "sizes", resized.length);
    long[] sizes = context.longs(3);
    double common = fit == Fit.NOT_SMALLER ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < resized.length; i++) {
      double scale = (double) sizes[i] / x.dim(resized[i]);
      targets[i] = new double[] {scale, sizes[i]};
      common = fit == Fit.NOT_SMALLER ? Math.max(common, scale) : Math.min(common, scale);
    }
    for (int i = 0; i < resized.length && fit != Fit.STRETCH; i++) {
      targets[i] = new double[] {common, Math.floor(common * x.dim(resized[i]) + 0.5)};
    }
    return targets;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    if (x.dtype() == DType.BOOL) {
      throw new IllegalArgumentException("x is " + x + "; numbers are needed");
    }
    double[][] targets = targets(context);
    int[] resized = axes(x.shape());
    Shape y = x.shape();
    for (int i = 0; i < resized.length; i++) {
      y = y.with(resized[i], (long) targets[i][1]);
    }
    return List.of(new TensorType(x.dtype(), y));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    double[][] targets = targets(context);
    int[] resized = axes(x.shape());
    List<ResizeProblem.Axis> all = new ArrayList<>();
    for (int d = 0; d < x.shape().rank(); d++) {
      all.add(new ResizeProblem.Axis(1, 0, 1));
    }
    boolean cropped = coordinates == ResizeProblem.Coordinates.CROP;
    if (cropped) {
      checkCount(context, 1, "corners of the region", 2 * resized.length);
    }
    for (int i = 0; i < resized.length; i++) {
      double start = cropped ? context.known(1).getDouble(i) : 0;
      double end = cropped ? context.known(1).getDouble(resized.length + i) : 1;
      all.set(resized[i], new ResizeProblem.Axis(targets[i][0], start, end));
    }
    return new ResizeProblem(
        x.dtype(),
        x.shape(),
        outputs.get(0).shape(),
        all,
        interpolation,
        coordinates,
        rounding,
        cubic,
        excludeOutside,
        antialias,
        extrapolation);
  }
}
