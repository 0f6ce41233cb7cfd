package dev.pith.kernels.resample;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * F32 {@link ResizeProblem} along the last two axes. A work item is one row of y: the rows of x it
 * is made of are blended into one line, whole vectors at a time, then the line's elements are
 * weighted. So an element of y costs as many steps as there are weights along a row, not along both
 * axes.
 */
public final class VectorResizeF32 implements HostKernel<ResizeProblem> {

  @Override
  public Support supports(ResizeProblem p, Target target) {
    if (p.dtype() != DType.F32) {
      return Support.no("elements are %s, not F32", p.dtype());
    }
    if (p.coordinates() == ResizeProblem.Coordinates.CROP) {
      return Support.no("points may lie outside x");
    }
    if (p.input().rank() < 2) {
      return Support.no("x %s has no rows", p.input());
    }
    for (int d = 0; d < p.input().rank() - 2; d++) {
      if (!p.isCopied(d)) {
        return Support.no("axis %d of %s is resized too", d, p.input());
      }
    }
    return target.supportsVectors();
  }

  @Override
  public HostProgram prepare(ResizeProblem p, PrepareContext context) {
    RowBlend blend =
        VectorWidths.of(
            MethodHandles.lookup(),
            RowBlend.class,
            VectorRowBlend.class,
            context.target().vectorBits());
    int rank = p.input().rank();
    return new Run(p, new ResizeTaps(p, rank - 2), new ResizeTaps(p, rank - 1), blend);
  }

  private record Run(ResizeProblem p, ResizeTaps rows, ResizeTaps columns, RowBlend blend)
      implements HostProgram {

    private int inputWidth() {
      return p.input().dimInt(-1);
    }

    private long outputRows() {
      return p.output().elementCount(0, p.output().rank() - 1);
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, outputRows());
    }

    @Override
    public long scratchBytes() {
      return 4L * inputWidth() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment line, long from, long to) {
      MemorySegment x = a.inputValues(0);
      long height = p.output().dim(-2);
      for (long row = from; row < Math.min(to, outputRows()); row++) {
        long base = row / height * p.input().dim(-2);
        int at = (int) (row % height);
        long out = 4 * row * p.output().dim(-1);
        if (rows.count() == 1) {
          weigh(x, 4 * (base + rows.index(at, 0)) * inputWidth(), a.outputValues(0), out);
          continue;
        }
        boolean add = false;
        for (int t = 0; t < rows.count(); t++) {
          float weight = rows.weight(at, t);
          if (weight != 0 || !add && t == rows.count() - 1) {
            long source = 4 * (base + rows.index(at, t)) * inputWidth();
            blend.blend(x, source, inputWidth(), weight, add, line);
            add = true;
          }
        }
        weigh(line, 0, a.outputValues(0), out);
      }
    }

    private void weigh(MemorySegment line, long at, MemorySegment y, long out) {
      int[] indices = columns.indices();
      float[] weights = columns.weights();
      int width = p.output().dimInt(-1);
      switch (columns.count()) {
        case 1 -> {
          for (int j = 0; j < width; j++) {
            y.set(Elements.F32, out + 4L * j, line.get(Elements.F32, at + 4L * indices[j]));
          }
        }
        case 2 -> {
          for (int j = 0; j < width; j++) {
            float low = line.get(Elements.F32, at + 4L * indices[2 * j]);
            float high = line.get(Elements.F32, at + 4L * indices[2 * j + 1]);
            float value = low * weights[2 * j] + high * weights[2 * j + 1];
            y.set(Elements.F32, out + 4L * j, value);
          }
        }
        default -> {
          int count = columns.count();
          for (int j = 0; j < width; j++) {
            float sum = 0;
            for (int t = j * count; t < (j + 1) * count; t++) {
              sum += line.get(Elements.F32, at + 4L * indices[t]) * weights[t];
            }
            y.set(Elements.F32, out + 4L * j, sum);
          }
        }
      }
    }
  }
}
