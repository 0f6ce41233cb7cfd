package dev.pith.compress.cli;

import dev.pith.compress.measure.Roofline;
import dev.pith.kernels.Problem;
import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.attention.AttentionProblem;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.quads.ArrangedProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.Step;
import dev.pith.runtime.plan.tune.WeightLayout;
import java.util.List;

/**
 * What a step has to do, and the least time that the machine needs for it.
 *
 * @param dense multiply-adds if no weight were zero; 0 for steps without products
 * @param done multiply-adds with weights that are not zero
 * @param bytes bytes of operands and results, each counted once, weights as they are held
 * @param isInt8 whether products are of 8-bit integers
 */
record StepWork(double dense, double done, long bytes, boolean isInt8) {

  static StepWork of(Step step) {
    long bytes = 0;
    for (int i = 0; i < step.inputs().size(); i++) {
      Tensor constant = i < step.constants().size() ? step.constants().get(i) : null;
      bytes += constant != null ? constant.byteSize() : byteSize(step.inputs().get(i));
    }
    for (TensorType output : step.outputs()) {
      bytes += byteSize(output);
    }
    double dense = multiplies(step.problem()) ? step.problem().work() : 0;
    Tensor weight = WeightLayout.weight(step);
    double density = weight == null ? 1 : Layers.density(weight);
    return new StepWork(dense, dense * density, bytes, isInt8(step));
  }

  private static boolean multiplies(Problem problem) {
    return switch (problem) {
      case ArrangedProblem arranged -> multiplies(arranged.problem());
      case WeightedProblem weighted -> true;
      case MatMulProblem products -> true;
      case AttentionProblem attention -> true;
      default -> false;
    };
  }

  private static boolean isInt8(Step step) {
    List<DType> integers = List.of(DType.U8, DType.I8);
    Tensor weight = WeightLayout.weight(step);
    TensorType first = step.inputs().isEmpty() ? null : step.inputs().get(0);
    return first != null
        && integers.contains(first.dtype())
        && (weight == null || integers.contains(weight.dtype()));
  }

  private static long byteSize(TensorType type) {
    return type == null ? 0 : type.dtype().byteSize(type.shape().elementCount());
  }

  /** Fraction of the weights that are zero. */
  double sparsity() {
    return dense == 0 ? 0 : 1 - done / dense;
  }

  /** Nanoseconds for the multiply-adds at {@code cores} times one core's peak; NaN if unknown. */
  double productNanos(Roofline peak, int cores) {
    return done == 0 ? 0 : done / (cores * (isInt8 ? peak.int8Rate() : peak.floatRate()));
  }

  /** Nanoseconds for the bytes at the speed at which memory is copied. */
  double byteNanos(Roofline peak) {
    return bytes / peak.copyRate();
  }

  /** Nanoseconds that the step takes at least, where its operands come from memory. */
  double leastNanos(Roofline peak, int cores) {
    return Math.max(productNanos(peak, cores), byteNanos(peak));
  }
}
