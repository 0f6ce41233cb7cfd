package dev.pith.kernels.recurrent;

import dev.pith.kernels.Problem;
import java.util.List;

/**
 * A recurrent layer over a sequence, F32, as ONNX defines LSTM, GRU and RNN.
 *
 * <p>With D directions, T steps, N sequences, I inputs, H units and G gates (4, 3, 1) the inputs
 * are x [T, N, I]; w [D·G·H, I]; r [D·G·H, H]; and where present bias [D, 2·G·H] (of w, then of r);
 * lengths [N] (I32); initial h and c [D, N, H]; peepholes [D, 3·H] (of i, o, f). Gates are in the
 * order i o f c (LSTM) and z r h (GRU). Outputs, each of which may be absent: all h [T, D, N, H],
 * zero behind a sequence's end; last h and last c [D, N, H].
 *
 * @param cell which recurrence
 * @param directions 1, or 2 for forward and backward
 * @param reverse whether the only direction is backward
 * @param steps T
 * @param batch N
 * @param inputs I
 * @param hidden H
 * @param gates functions, three (LSTM), two (GRU) or one (RNN) for each direction
 * @param clip bound of what goes into the gates; 0 for none
 * @param inputForget LSTM: whether the forget gate is 1 − i; false for others
 * @param linearBeforeReset GRU: whether the reset gate comes after the product with r; false for
 *     others
 * @param batchFirst whether N comes first: x [N, T, I], h [N, D, H], all h [N, T, D, H]
 */
public record RecurrentProblem(
    Cell cell,
    int directions,
    boolean reverse,
    int steps,
    int batch,
    int inputs,
    int hidden,
    List<Gate> gates,
    float clip,
    boolean inputForget,
    boolean linearBeforeReset,
    boolean batchFirst)
    implements Problem {

  /** Recurrences. */
  public enum Cell {
    LSTM(4, 3),
    GRU(3, 2),
    RNN(1, 1);

    private final int gates;
    private final int functions;

    Cell(int gates, int functions) {
      this.gates = gates;
      this.functions = functions;
    }

    /** Number of products a unit computes. */
    public int gates() {
      return gates;
    }

    /** Number of functions a direction has. */
    public int functions() {
      return functions;
    }
  }

  public RecurrentProblem {
    gates = List.copyOf(gates);
    linearBeforeReset &= cell == Cell.GRU;
    inputForget &= cell == Cell.LSTM;
  }

  /** G · H. */
  public int rows() {
    return cell.gates() * hidden;
  }

  @Override
  public long work() {
    return (long) directions * steps * batch * rows() * (inputs + hidden);
  }
}
