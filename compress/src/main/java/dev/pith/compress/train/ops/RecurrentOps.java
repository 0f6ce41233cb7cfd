package dev.pith.compress.train.ops;

import dev.pith.kernels.recurrent.Gate;
import dev.pith.runtime.graph.ops.Recurrent;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Recurrent layers, step by step, so that gradients flow through time. */
final class RecurrentOps {

  private static final int BIAS = 3;
  private static final int LENGTHS = 4;
  private static final int FIRST_H = 5;
  private static final int FIRST_C = 6;
  private static final int PEEPHOLES = 7;

  private RecurrentOps() {}

  static List<Tensor> recurrent(TorchCall call) {
    Recurrent op = call.op(Recurrent.class);
    boolean plain = op.clip() == 0 && !op.inputForget() && !call.has(PEEPHOLES);
    if (!plain || call.has(LENGTHS)) {
      throw new IllegalArgumentException(
          "node "
              + call.node().name()
              + ": recurrences with a clip, peepholes, joined gates or lengths cannot be trained");
    }
    Tensor x = op.batchFirst() ? call.input(0).transpose(0, 1) : call.input(0);
    List<Direction> directions = new ArrayList<>();
    for (int d = 0; d < op.directions(); d++) {
      directions.add(new Direction(call, op, d));
      directions.getLast().run(x, d == 1 || op.reverse());
    }
    int batch = op.batchFirst() ? 0 : 1;
    List<Tensor> outputs = new ArrayList<>();
    outputs.add(stack(directions.stream().map(Direction::all).toList(), 1));
    outputs.add(stack(directions.stream().map(d -> d.h).toList(), 0));
    outputs.add(stack(directions.stream().map(d -> d.c).toList(), 0));
    if (batch == 0) {
      outputs.set(0, outputs.get(0).permute(2, 0, 1, 3));
      outputs.replaceAll(y -> y.dim() == 3 ? y.transpose(0, 1) : y);
    }
    return outputs.subList(0, call.outputs().size());
  }

  private static Tensor stack(List<Tensor> parts, long axis) {
    return torch.stack(new TensorVector(parts.toArray(new Tensor[0])), axis);
  }

  /** One direction of a layer. */
  private static final class Direction {
    private final Recurrent op;
    private final int index;
    private final long units;
    private final Tensor w;
    private final Tensor r;
    private final Tensor inputBias;
    private final Tensor stateBias;
    private final Tensor[] all;
    private Tensor h;
    private Tensor c;

    Direction(TorchCall call, Recurrent op, int index) {
      this.op = op;
      this.index = index;
      this.units = op.hidden();
      long rows = op.cell().gates() * units;
      w = torch.narrow(call.input(1), 0, index * rows, rows);
      r = torch.narrow(call.input(2), 0, index * rows, rows);
      Tensor bias = call.has(BIAS) ? torch.select(call.input(BIAS), 0, index) : null;
      inputBias = bias == null ? torch.zeros(rows) : torch.narrow(bias, 0, 0, rows);
      stateBias = bias == null ? torch.zeros(rows) : torch.narrow(bias, 0, rows, rows);
      int batchAxis = op.batchFirst() ? 0 : 1;
      all = new Tensor[Math.toIntExact(call.input(0).size(1 - batchAxis))];
      h = first(call, FIRST_H, call.input(0).size(batchAxis));
      c = first(call, FIRST_C, call.input(0).size(batchAxis));
    }

    private Tensor first(TorchCall call, int input, long batch) {
      return call.has(input)
          ? torch.select(call.input(input), op.batchFirst() ? 1 : 0, index)
          : torch.zeros(batch, units);
    }

    void run(Tensor x, boolean backward) {
      for (int i = 0; i < all.length; i++) {
        int t = backward ? all.length - 1 - i : i;
        Tensor products = torch.add(torch.linear(torch.select(x, 0, t), w), inputBias);
        switch (op.cell()) {
          case LSTM -> lstm(products);
          case GRU -> gru(products);
          case RNN -> h = gate(0, torch.add(products, state(h, 0, 1)));
        }
        all[t] = h;
      }
    }

    /** All h along the steps. */
    Tensor all() {
      return stack(List.of(all), 0);
    }

    /** Products of {@code count} gates, from {@code from} on, with a state, bias included. */
    private Tensor state(Tensor vector, long from, long count) {
      return torch.add(
          torch.linear(vector, torch.narrow(r, 0, from * units, count * units)),
          torch.narrow(stateBias, 0, from * units, count * units));
    }

    private Tensor part(Tensor products, long gate) {
      return torch.narrow(products, 1, gate * units, units);
    }

    private void lstm(Tensor products) {
      Tensor sums = torch.add(products, state(h, 0, 4));
      Tensor kept = torch.mul(gate(0, part(sums, 2)), c);
      c = torch.add(kept, torch.mul(gate(0, part(sums, 0)), gate(1, part(sums, 3))));
      h = torch.mul(gate(0, part(sums, 1)), gate(2, c));
    }

    private void gru(Tensor products) {
      Tensor sums = torch.add(torch.narrow(products, 1, 0, 2 * units), state(h, 0, 2));
      Tensor update = gate(0, part(sums, 0));
      Tensor reset = gate(0, part(sums, 1));
      Tensor old =
          op.linearBeforeReset()
              ? torch.mul(reset, state(h, 2, 1))
              : state(torch.mul(reset, h), 2, 1);
      Tensor candidate = gate(1, torch.add(part(products, 2), old));
      h = torch.add(candidate, torch.mul(update, torch.sub(h, candidate)));
    }

    private Tensor gate(int function, Tensor x) {
      Gate gate = op.gates().get(index * op.cell().functions() + function);
      return switch (gate.kind()) {
        case SIGMOID -> torch.sigmoid(x);
        case TANH -> torch.tanh(x);
        case RELU -> torch.relu(x);
        case HARD_SIGMOID -> Activations.hardSigmoid(x, gate.alpha(), gate.beta());
        default ->
            throw new IllegalArgumentException(
                "a recurrence with gates of " + gate.kind() + " cannot be trained");
      };
    }
  }
}
