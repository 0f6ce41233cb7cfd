package dev.pith.kernels.quads;

import dev.pith.kernels.WeightedProblem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.Layout;

/**
 * An int8 convolution and the addition of another activation to its output, both with the bytes
 * they have one after the other: the convolution's output is rounded before the sum is made. Plans
 * make it of two steps; no operation of a graph asks for it.
 *
 * <p>Inputs: x U8 {@code [N, C, spatial]}; the other summand U8, of the output's shape; weight I8,
 * scale F32 and bias I32 as in {@link QConvProblem}.
 *
 * @param conv the convolution, of U8 output
 * @param add the sum of the convolution's output (a) and the other summand (b), of one shape
 */
public record QConvAddProblem(QConvProblem conv, QAddProblem add) implements WeightedProblem {

  /** The input that holds the weight. */
  public static final int WEIGHT = 2;

  @Override
  public int weightInput() {
    return WEIGHT;
  }

  @Override
  public Layout layout() {
    return conv.layout();
  }

  @Override
  public QConvAddProblem withLayout(Layout other) {
    return new QConvAddProblem(conv.withLayout(other), add);
  }

  @Override
  public long work() {
    return conv.work();
  }
}
