package dev.pith.kernels.attention;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.attention.AttentionProblem.Scores;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Runs an {@link AttentionProblem} with the given loops. In phase 0 an item copies past and new
 * keys and values of one head where they are asked for; in phase 1 an item is one query of one
 * head, its scores in scratch as F32 or F64.
 */
record AttentionProgram(AttentionProblem p, HeadLoops loops) implements HostProgram {

  private static final int MASK = 3;
  private static final int LENGTHS = 6;

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public long workItems(int phase) {
    return Math.max(1, p.batch() * (phase == 0 ? p.keyHeads() : p.heads() * p.queries()));
  }

  @Override
  public long scratchBytes() {
    return 8 * (p.total() + p.valueSize()) + 63 & -64;
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
    for (long item = from; item < to; item++) {
      if (phase == 0) {
        present(a, item, 1, p.headSize());
        present(a, item, 2, p.valueSize());
      } else if (item < p.batch() * p.heads() * p.queries()) {
        query(a, s, item);
      }
    }
  }

  /** Copies the past and new vectors of one key head. */
  private void present(Arguments a, long item, int which, long size) {
    if (which >= a.outputs().length || a.output(which) == null || p.batch() == 0) {
      return;
    }
    long bytes = p.dtype().bits() / 8;
    MemorySegment y = a.outputValues(which);
    long to = item * p.total() * size * bytes;
    if (p.past() > 0) {
      long count = p.past() * size * bytes;
      MemorySegment.copy(a.inputValues(3 + which), item * count, y, to, count);
      to += count;
    }
    for (long j = 0; j < p.keys(); j++) {
      long at = newOffset(item / p.keyHeads(), item % p.keyHeads(), j, size);
      MemorySegment.copy(a.inputValues(which), at * bytes, y, to, size * bytes);
      to += size * bytes;
    }
  }

  private long newOffset(long n, long head, long j, long size) {
    return p.offset(n, head, j, p.keyHeads(), p.keys(), size);
  }

  private void query(Arguments a, MemorySegment s, long item) {
    long i = item % p.queries();
    long head = item / p.queries() % p.heads();
    long n = item / p.queries() / p.heads();
    long keyHead = head * p.keyHeads() / p.heads();
    long at = p.offset(n, head, i, p.heads(), p.queries(), p.headSize());
    for (long j = 0; j < p.total(); j++) {
      boolean old = j < p.past();
      MemorySegment k = a.inputValues(old ? 4 : 1);
      long key =
          old
              ? ((n * p.keyHeads() + keyHead) * p.past() + j) * p.headSize()
              : newOffset(n, keyHead, j - p.past(), p.headSize());
      double score = loops.dot(a.inputValues(0), at, k, key, p.headSize()) * p.scale();
      keep(a, Scores.PRODUCTS, item, j, score);
      score = p.softcap() == 0 ? score : p.softcap() * Math.tanh(score / p.softcap());
      keep(a, Scores.CAPPED, item, j, score);
      score = masked(a, score, n, head, i, j);
      keep(a, Scores.MASKED, item, j, score);
      loops.set(s, j, score);
    }
    loops.softmax(s, p.total());
    if (p.scores() == Scores.PROBABILITIES && isKept(a)) {
      for (long j = 0; j < p.total(); j++) {
        keep(a, Scores.PROBABILITIES, item, j, loops.get(s, j));
      }
    }
    combine(a, s, n, head, i, keyHead);
  }

  private static boolean isKept(Arguments a) {
    return a.outputs().length > 3 && a.output(3) != null;
  }

  private void keep(Arguments a, Scores which, long item, long j, double score) {
    if (which == p.scores() && isKept(a)) {
      Elements.setDouble(p.dtype(), a.outputValues(3), item * p.total() + j, score);
    }
  }

  private double masked(Arguments a, double score, long n, long head, long i, long j) {
    long length = p.lengths() ? a.inputValues(LENGTHS).get(Elements.I64, n * 8) : p.total();
    long offset = p.lengths() ? length - p.queries() : p.past();
    if (j >= length || p.causal() && j > i + offset) {
      return Double.NEGATIVE_INFINITY;
    }
    if (p.mask() == null) {
      return score;
    }
    long at = p.maskOffset(n, head, i, j);
    if (at < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double value = Elements.getDouble(p.maskType(), a.inputValues(MASK), at);
    if (p.maskType() == DType.BOOL) {
      return value != 0 ? score : Double.NEGATIVE_INFINITY;
    }
    return value == Double.NEGATIVE_INFINITY ? value : score + value;
  }

  /** y = Σ probability · v. */
  private void combine(Arguments a, MemorySegment s, long n, long head, long i, long keyHead) {
    for (long d = 0; d < p.valueSize(); d++) {
      loops.set(s, p.total() + d, 0);
    }
    for (long j = 0; j < p.total(); j++) {
      double weight = loops.get(s, j);
      if (weight != 0) {
        boolean old = j < p.past();
        MemorySegment v = a.inputValues(old ? 5 : 2);
        long value =
            old
                ? ((n * p.keyHeads() + keyHead) * p.past() + j) * p.valueSize()
                : newOffset(n, keyHead, j - p.past(), p.valueSize());
        loops.add(weight, v, value, p.valueSize(), s, p.total());
      }
    }
    long y = p.offset(n, head, i, p.heads(), p.queries(), p.valueSize());
    loops.store(s, p.total(), p.valueSize(), a.outputValues(0), y);
  }
}
