package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;
import java.util.List;

/**
 * Concatenation of U8 tensors, each requantized to the output's scale: {@code y =
 * clamp(rne(fl(float(x − zx_i) · ratio_i)) + zy, 0, 255)}; fp32, round half to even. An input with
 * ratio 1 and the output's zero point is copied unchanged (the formula gives the same).
 *
 * @param axis the axis along which inputs are joined, counted from the front
 * @param inputs shapes, equal except along the axis
 * @param zeroPoints zx_i
 * @param ratios fl32(sx_i / sy)
 * @param zeroPoint zy
 */
public record QConcatProblem(
    int axis, List<Shape> inputs, List<Integer> zeroPoints, List<Float> ratios, int zeroPoint)
    implements Problem {

  public QConcatProblem {
    inputs = List.copyOf(inputs);
    zeroPoints = List.copyOf(zeroPoints);
    ratios = List.copyOf(ratios);
    if (zeroPoints.size() != inputs.size() || ratios.size() != inputs.size()) {
      throw new IllegalArgumentException(
          inputs.size() + " inputs have zero points " + zeroPoints + " and ratios " + ratios);
    }
  }

  /** Shape of the output. */
  public Shape output() {
    return inputs.get(0).with(axis, inputs.stream().mapToLong(s -> s.dim(axis)).sum());
  }

  /** Whether input {@code index} has the output's scale and zero point. */
  public boolean isCopy(int index) {
    return ratios.get(index) == 1f && zeroPoints.get(index) == zeroPoint;
  }

  @Override
  public long work() {
    return output().elementCount();
  }
}
