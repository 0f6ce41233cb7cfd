package dev.pith.kernels.search;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link TopKProblem} with a heap of k positions, the worst on top: n · log k comparisons at worst,
 * about n where the order is random. One work item is one row.
 */
public final class ReferenceTopK implements ReferenceKernel<TopKProblem> {

  @Override
  public HostProgram prepare(TopKProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(TopKProblem p) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.outer() * p.inner());
    }

    @Override
    public long scratchBytes() {
      return p.k() * 8 + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment heap, long from, long to) {
      MemorySegment x = a.inputValues(0);
      for (long row = from; row < Math.min(to, p.outer() * p.inner()) && p.k() > 0; row++) {
        long outer = row / p.inner();
        long base = outer * p.n() * p.inner() + row % p.inner();
        for (long i = 0; i < p.n(); i++) {
          if (i < p.k()) {
            heap.set(Elements.I64, i * 8, i);
            rise(x, base, heap, i);
          } else if (before(x, base, i, heap.get(Elements.I64, 0))) {
            heap.set(Elements.I64, 0, i);
            sink(x, base, heap, p.k());
          }
        }
        long out = outer * p.k() * p.inner() + row % p.inner();
        for (long size = p.k(); size > 0; size--) {
          long worst = heap.get(Elements.I64, 0);
          long to64 = out + (size - 1) * p.inner();
          a.outputValues(1).set(Elements.I64, to64 * 8, worst);
          copy(x, base + worst * p.inner(), a.outputValues(0), to64);
          heap.set(Elements.I64, 0, heap.get(Elements.I64, (size - 1) * 8));
          sink(x, base, heap, size - 1);
        }
      }
    }

    private void copy(MemorySegment x, long from, MemorySegment y, long to) {
      long bytes = p.dtype().bits() / 8;
      MemorySegment.copy(x, from * bytes, y, to * bytes, bytes);
    }

    /** Whether position {@code i} comes before {@code j} in the result. */
    private boolean before(MemorySegment x, long base, long i, long j) {
      int order = ElementOrder.compare(p.dtype(), x, base + i * p.inner(), base + j * p.inner());
      order = p.largest() ? order : -order;
      return order > 0 || order == 0 && i < j;
    }

    private void rise(MemorySegment x, long base, MemorySegment heap, long at) {
      long item = heap.get(Elements.I64, at * 8);
      while (at > 0) {
        long parent = (at - 1) / 2;
        long other = heap.get(Elements.I64, parent * 8);
        if (!before(x, base, other, item)) {
          break;
        }
        heap.set(Elements.I64, at * 8, other);
        at = parent;
      }
      heap.set(Elements.I64, at * 8, item);
    }

    private void sink(MemorySegment x, long base, MemorySegment heap, long size) {
      if (size == 0) {
        return;
      }
      long at = 0;
      long item = heap.get(Elements.I64, 0);
      while (2 * at + 1 < size) {
        long child = 2 * at + 1;
        if (child + 1 < size
            && before(
                x,
                base,
                heap.get(Elements.I64, child * 8),
                heap.get(Elements.I64, child * 8 + 8))) {
          child++;
        }
        long other = heap.get(Elements.I64, child * 8);
        if (!before(x, base, item, other)) {
          break;
        }
        heap.set(Elements.I64, at * 8, other);
        at = child;
      }
      heap.set(Elements.I64, at * 8, item);
    }
  }
}
