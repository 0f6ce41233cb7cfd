package dev.pith.kernels.recurrent;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Runs a {@link RecurrentProblem} with the given loops. In phase 0 an item is the product of one
 * step's input of one sequence with w, bias added, for all steps at once; in phase 1 an item is one
 * sequence in one direction, step after step.
 *
 * <p>Shared memory holds the products [D, T, N, G·H]. Scratch holds the step's gates, h, c and one
 * more vector.
 */
record RecurrentProgram(RecurrentProblem p, StepLoops loops) implements HostProgram {

  private static final int X = 0;
  private static final int W = 1;
  private static final int R = 2;
  private static final int BIAS = 3;
  private static final int LENGTHS = 4;
  private static final int FIRST_H = 5;
  private static final int FIRST_C = 6;
  private static final int PEEPHOLES = 7;

  @Override
  public int phases() {
    return 2;
  }

  private long items(int phase) {
    return (long) p.directions() * p.batch() * (phase == 0 ? p.steps() : 1);
  }

  @Override
  public long workItems(int phase) {
    return Math.max(1, items(phase));
  }

  @Override
  public long sharedBytes() {
    return items(0) * p.rows() * 4 + 63 & -64;
  }

  @Override
  public long scratchBytes() {
    return 4L * (p.rows() + 3L * p.hidden()) + 63 & -64;
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    for (long item = from; item < Math.min(to, items(phase)); item++) {
      if (phase == 0) {
        input(a, shared, item);
      } else {
        new Sequence(a, shared, scratch, item).run();
      }
    }
  }

  private void input(Arguments a, MemorySegment shared, long item) {
    long n = item % p.batch();
    long t = item / p.batch() % p.steps();
    long d = item / p.batch() / p.steps();
    long to = 4 * item * p.rows();
    Tensor bias = a.input(BIAS);
    for (int i = 0; i < p.rows(); i++) {
      float value = 0;
      if (bias != null) {
        long at = 4 * (d * 2 * p.rows() + i);
        value = bias.values().get(Elements.F32, at);
        // The candidate's bias of r is multiplied by the reset gate, so it waits.
        boolean waits = p.linearBeforeReset() && i >= 2 * p.hidden();
        value += waits ? 0 : bias.values().get(Elements.F32, at + 4L * p.rows());
      }
      shared.set(Elements.F32, to + 4L * i, value);
    }
    long x = 4 * (p.batchFirst() ? n * p.steps() + t : t * p.batch() + n) * p.inputs();
    loops.products(
        a.inputValues(W), d * p.rows(), p.rows(), p.inputs(), a.inputValues(X), x, shared, to);
  }

  /** One sequence in one direction. */
  private final class Sequence {

    private final Arguments a;
    private final MemorySegment shared;
    private final MemorySegment s;
    private final long d;
    private final long n;
    private final int units = p.hidden();
    private final long h = 4L * p.rows();
    private final long c = h + 4L * units;
    private final long other = c + 4L * units;

    Sequence(Arguments a, MemorySegment shared, MemorySegment scratch, long item) {
      this.a = a;
      this.shared = shared;
      this.s = scratch;
      this.n = item % p.batch();
      this.d = item / p.batch();
    }

    private Gate gate(int index) {
      return p.gates().get((int) d * p.cell().functions() + index);
    }

    /** Offset of the sequence's vector in [D, N, H], or [N, D, H]. */
    private long state() {
      return 4 * (p.batchFirst() ? n * p.directions() + d : d * p.batch() + n) * units;
    }

    void run() {
      start(FIRST_H, h);
      start(FIRST_C, c);
      int length = p.steps();
      if (a.input(LENGTHS) != null) {
        int given = a.inputValues(LENGTHS).get(Elements.I32, 4 * n);
        length = Math.min(Math.max(given, 0), length);
      }
      boolean backward = d == 1 || p.reverse();
      for (int i = 0; i < p.steps(); i++) {
        int t = backward && i < length ? length - 1 - i : i;
        if (i < length) {
          step(t);
        }
        if (a.output(0) != null) {
          store(0, all(t), i < length);
        }
      }
      for (int output = 1; output <= 2 && output < a.outputs().length; output++) {
        if (a.output(output) != null) {
          MemorySegment.copy(s, output == 1 ? h : c, a.outputValues(output), state(), 4L * units);
        }
      }
    }

    private void start(int input, long to) {
      if (a.input(input) != null) {
        MemorySegment.copy(a.inputValues(input), state(), s, to, 4L * units);
      } else {
        for (int i = 0; i < units; i++) {
          s.set(Elements.F32, to + 4L * i, 0);
        }
      }
    }

    private long all(int t) {
      long at =
          p.batchFirst()
              ? (n * p.steps() + t) * p.directions() + d
              : ((long) t * p.directions() + d) * p.batch() + n;
      return 4 * at * units;
    }

    private void store(int output, long at, boolean inside) {
      for (int i = 0; i < units; i++) {
        float value = inside ? get(h, i) : 0;
        a.outputValues(output).set(Elements.F32, at + 4L * i, value);
      }
    }

    private float get(long base, int i) {
      return s.get(Elements.F32, base + 4L * i);
    }

    private void set(long base, int i, float value) {
      s.set(Elements.F32, base + 4L * i, value);
    }

    private void step(int t) {
      long from = 4 * ((d * p.steps() + t) * p.batch() + n) * p.rows();
      MemorySegment.copy(shared, from, s, 0, 4L * p.rows());
      switch (p.cell()) {
        case LSTM -> lstm();
        case GRU -> gru();
        case RNN -> {
          products(0, 1, h, 0);
          loops.activate(gate(0), p.clip(), s, 0, units);
          MemorySegment.copy(s, 0, s, h, 4L * units);
        }
      }
    }

    /** Adds the products of {@code gates} gates of r, from {@code first} on, with a vector. */
    private void products(int first, int gates, long vector, long to) {
      long row = d * p.rows() + (long) first * units;
      loops.products(a.inputValues(R), row, gates * units, units, s, vector, s, to);
    }

    private void lstm() {
      long o = 4L * units;
      long f = 2 * o;
      long candidate = 3 * o;
      products(0, 4, h, 0);
      peep(0, 0);
      peep(2, f);
      loops.activate(gate(0), p.clip(), s, 0, units);
      if (p.inputForget()) {
        for (int i = 0; i < units; i++) {
          set(f, i, 1 - get(0, i));
        }
      } else {
        loops.activate(gate(0), p.clip(), s, f, units);
      }
      loops.activate(gate(1), p.clip(), s, candidate, units);
      for (int i = 0; i < units; i++) {
        float cell = get(f, i) * get(c, i) + get(0, i) * get(candidate, i);
        set(c, i, cell);
        set(other, i, cell);
      }
      peep(1, o);
      loops.activate(gate(0), p.clip(), s, o, units);
      loops.activate(gate(2), 0, s, other, units);
      for (int i = 0; i < units; i++) {
        set(h, i, get(o, i) * get(other, i));
      }
    }

    /** Adds peephole {@code index} times c to a gate. */
    private void peep(int index, long gate) {
      Tensor peepholes = a.input(PEEPHOLES);
      for (int i = 0; i < units && peepholes != null; i++) {
        long at = 4 * ((d * 3 + index) * units + i);
        set(gate, i, get(gate, i) + peepholes.values().get(Elements.F32, at) * get(c, i));
      }
    }

    private void gru() {
      long r = 4L * units;
      long candidate = 2 * r;
      products(0, 2, h, 0);
      loops.activate(gate(0), p.clip(), s, 0, 2 * units);
      if (p.linearBeforeReset()) {
        Tensor bias = a.input(BIAS);
        for (int i = 0; i < units; i++) {
          long at = 4 * ((d * 2 + 1) * p.rows() + 2L * units + i);
          set(other, i, bias == null ? 0 : bias.values().get(Elements.F32, at));
        }
        products(2, 1, h, other);
        for (int i = 0; i < units; i++) {
          set(candidate, i, get(candidate, i) + get(r, i) * get(other, i));
        }
      } else {
        for (int i = 0; i < units; i++) {
          set(other, i, get(r, i) * get(h, i));
        }
        products(2, 1, other, candidate);
      }
      loops.activate(gate(1), p.clip(), s, candidate, units);
      for (int i = 0; i < units; i++) {
        float z = get(0, i);
        set(h, i, (1 - z) * get(candidate, i) + z * get(h, i));
      }
    }
  }
}
