package dev.pith.kernels.quantized;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * ONNX MatMulInteger: Y[.., M, N] = Σ (a − za) · (b − zb), I32, wrapping; leading extents
 * broadcast. Inputs have rank 2 or more.
 *
 * <p>Inputs: a [.., M, K]; b [.., K, N]; za, which broadcasts to the shape of a; zb, which
 * broadcasts to the shape of b. Both zero points are constant along K and may be absent.
 *
 * @param a shape of a
 * @param b shape of b
 * @param aType U8 or I8
 * @param bType U8 or I8
 * @param aZero shape of za, seen as a shape that broadcasts to a; {@code null} where absent
 * @param bZero shape of zb, seen as a shape that broadcasts to b; {@code null} where absent
 */
public record MatMulIntegerProblem(
    Shape a, Shape b, DType aType, DType bType, Shape aZero, Shape bZero) implements Problem {

  /** Shape of the output. */
  public Shape output() {
    return MatrixSum.output(a, b);
  }

  @Override
  public long work() {
    return output().elementCount() * a.dim(-1);
  }
}
