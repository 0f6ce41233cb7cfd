package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.recurrent.Gate;
import dev.pith.kernels.recurrent.RecurrentProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * A recurrent layer; {@link RecurrentProblem} has inputs, outputs and arithmetic. ONNX LSTM, GRU
 * and RNN, whose weights [D, G·H, …] are seen as matrices of D·G·H rows.
 *
 * @param cell which recurrence
 * @param hidden units
 * @param directions 1 or 2
 * @param reverse whether the only direction is backward
 * @param gates functions of each direction
 * @param clip bound of what goes into the gates; 0 for none
 * @param inputForget LSTM: whether the forget gate is 1 − i
 * @param linearBeforeReset GRU: whether the reset gate comes after the product
 * @param batchFirst whether sequences come first
 */
public record Recurrent(
    RecurrentProblem.Cell cell,
    int hidden,
    int directions,
    boolean reverse,
    List<Gate> gates,
    float clip,
    boolean inputForget,
    boolean linearBeforeReset,
    boolean batchFirst)
    implements Op {

  public Recurrent {
    gates = List.copyOf(gates);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    Shape x = context.input(0).shape();
    if (x.rank() != 3) {
      throw new IllegalArgumentException("x is " + context.input(0) + "; rank 3 is needed");
    }
    long n = x.dim(batchFirst ? 0 : 1);
    long t = x.dim(batchFirst ? 1 : 0);
    long rows = (long) directions * cell.gates() * hidden;
    check(context, 0, "x", DType.F32, x);
    check(context, 1, "w", DType.F32, Shape.of(rows, x.dim(2)));
    check(context, 2, "r", DType.F32, Shape.of(rows, hidden));
    check(context, 3, "bias", DType.F32, Shape.of(directions, 2L * cell.gates() * hidden));
    check(context, 4, "lengths", DType.I32, Shape.of(n));
    Shape state = batchFirst ? Shape.of(n, directions, hidden) : Shape.of(directions, n, hidden);
    check(context, 5, "initial h", DType.F32, state);
    check(context, 6, "initial c", DType.F32, state);
    check(context, 7, "peepholes", DType.F32, Shape.of(directions, 3L * hidden));
    Shape all =
        batchFirst ? Shape.of(n, t, directions, hidden) : Shape.of(t, directions, n, hidden);
    TensorType last = new TensorType(DType.F32, state);
    return List.of(new TensorType(DType.F32, all), last, last)
        .subList(0, Math.max(1, Math.min(context.outputCount(), 3)));
  }

  private static void check(OpContext context, int index, String what, DType dtype, Shape shape) {
    if (context.has(index) && !context.input(index).equals(new TensorType(dtype, shape))) {
      throw new IllegalArgumentException(
          what
              + " is "
              + context.input(index)
              + "; "
              + new TensorType(dtype, shape)
              + " is needed");
    }
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    Shape x = context.input(0).shape();
    return new RecurrentProblem(
        cell,
        directions,
        reverse,
        x.dimInt(batchFirst ? 1 : 0),
        x.dimInt(batchFirst ? 0 : 1),
        x.dimInt(2),
        hidden,
        gates,
        clip,
        inputForget,
        linearBeforeReset,
        batchFirst);
  }
}
