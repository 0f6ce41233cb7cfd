package dev.pith.kernels.linalg;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** {@link DeterminantProblem} by elimination with the largest pivot, in double precision. */
public final class ReferenceDeterminant implements ReferenceKernel<DeterminantProblem> {

  @Override
  public HostProgram prepare(DeterminantProblem problem, PrepareContext context) {
    return new Run(problem);
  }

  private record Run(DeterminantProblem p) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, p.batch());
    }

    @Override
    public long scratchBytes() {
      return 8L * p.n() * p.n() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment m, long from, long to) {
      for (long item = from; item < Math.min(to, p.batch()); item++) {
        long cells = (long) p.n() * p.n();
        for (long i = 0; i < cells; i++) {
          double value = Elements.getDouble(p.dtype(), a.inputValues(0), item * cells + i);
          m.set(Elements.F64, 8 * i, value);
        }
        Elements.setDouble(p.dtype(), a.outputValues(0), item, eliminate(m));
      }
    }

    private long at(int row, int column) {
      return 8 * ((long) row * p.n() + column);
    }

    private double eliminate(MemorySegment m) {
      double determinant = 1;
      for (int k = 0; k < p.n(); k++) {
        int pivot = k;
        for (int row = k + 1; row < p.n(); row++) {
          double here = Math.abs(m.get(Elements.F64, at(row, k)));
          pivot = here > Math.abs(m.get(Elements.F64, at(pivot, k))) ? row : pivot;
        }
        double divisor = m.get(Elements.F64, at(pivot, k));
        if (divisor == 0) {
          return 0;
        }
        determinant *= pivot == k ? divisor : -divisor;
        for (int column = k; column < p.n(); column++) {
          double swapped = m.get(Elements.F64, at(pivot, column));
          m.set(Elements.F64, at(pivot, column), m.get(Elements.F64, at(k, column)));
          m.set(Elements.F64, at(k, column), swapped);
        }
        for (int row = k + 1; row < p.n(); row++) {
          double factor = m.get(Elements.F64, at(row, k)) / divisor;
          for (int column = k; column < p.n(); column++) {
            double value = m.get(Elements.F64, at(row, column));
            value -= factor * m.get(Elements.F64, at(k, column));
            m.set(Elements.F64, at(row, column), value);
          }
        }
      }
      return determinant;
    }
  }
}
