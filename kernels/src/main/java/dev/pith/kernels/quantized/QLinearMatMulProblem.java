package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * ONNX QLinearMatMul in its general form, where both inputs and all scales may only be known when
 * it runs: {@code acc = Σ (a − za) · (b − zb)} in I32, wrapping, then {@code y =
 * clamp(rne(fl(float(acc) · r)) + zy)} to the range of the output type, with {@code r = sa · sb /
 * sy}, each step rounded to the scales' own type; round half to even. {@link QLinearProblem} is the
 * form for constant weights.
 *
 * <p>Inputs: a [.., M, K], sa, za; b [.., K, N], sb, zb; sy, zy. Scales and zero points have one
 * element, or one for each row of a, or for each column of b; sy and zy have one.
 *
 * @param a shape of a, rank 2 or more
 * @param b shape of b, rank 2 or more
 * @param aType U8 or I8
 * @param bType U8 or I8
 * @param output U8 or I8
 * @param scale type of the three scales: F32, F16 or BF16
 * @param aGrid shape of sa and za, seen as a shape that broadcasts to a
 * @param bGrid shape of sb and zb, seen as a shape that broadcasts to b
 */
public record QLinearMatMulProblem(
    Shape a, Shape b, DType aType, DType bType, DType output, DType scale, Shape aGrid, Shape bGrid)
    implements Problem {

  /** Shape of the output. */
  public Shape outputShape() {
    return MatrixSum.output(a, b);
  }

  @Override
  public long work() {
    return outputShape().elementCount() * a.dim(-1);
  }
}
