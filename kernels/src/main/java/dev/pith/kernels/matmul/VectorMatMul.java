package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * {@link MatMulProblem} in fp32: a work item is a block of rows times a span of columns of one
 * matrix of the result; columns of B are packed into panels ({@link PanelProduct}), rows of A are
 * its left factor.
 */
public final class VectorMatMul implements HostKernel<MatMulProblem> {

  @Override
  public Support supports(MatMulProblem problem, Target target) {
    if (problem.dtype() != DType.F32) {
      return Support.no("operands are %s, not F32", problem.dtype());
    }
    return target.supportsVectors();
  }

  @Override
  public String arithmetic(MatMulProblem problem) {
    return "ascending_fma";
  }

  @Override
  public HostProgram prepare(MatMulProblem problem, PrepareContext context) {
    FloatTile tile = FloatTile.of(context.target());
    FloatRows rows = FloatRows.of(context.target());
    BatchIndex index = BatchIndex.of(problem);
    RowSource source = problem.transposeA() ? columns(problem) : rows(problem, rows);
    RowBlocks blocks =
        RowBlocks.of(
            PanelShape.of(tile, source),
            problem.m(),
            problem.n(),
            index.count(),
            context.target().threads(),
            1);
    PanelProduct product = new PanelProduct(tile, source, problem.k(), blocks);
    return new Run(problem, index, rows, product, blocks.spans(), blocks.count());
  }

  private static RowSource rows(MatMulProblem problem, FloatRows rows) {
    long k = problem.k();
    return (a, row, from, count, scratch, s, to) ->
        rows.widen(DType.F32, a.values(), row * k + from, count, s, to);
  }

  /** Row i of a transposed matrix is column i of what is stored. */
  private static RowSource columns(MatMulProblem problem) {
    long m = problem.m();
    long k = problem.k();
    return (a, row, from, count, scratch, s, to) -> {
      long at = row / m * m * k + from * m + row % m;
      MemorySegment values = a.values();
      for (int i = 0; i < count; i++) {
        s[to + i] = values.get(Elements.F32, (at + i * m) * 4);
      }
    };
  }

  private record Run(
      MatMulProblem problem,
      BatchIndex index,
      FloatRows rows,
      PanelProduct product,
      long spans,
      long blocks)
      implements HostProgram {

    private long items() {
      return index.count() * spans * blocks;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    @Override
    public int scratchFloats() {
      return product.scratchFloats();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      float[] s = (float[]) scratch.heapBase().orElseThrow();
      for (long item = from; item < Math.min(to, items()); item++) {
        long matrix = item / blocks / spans;
        long row = item % blocks * product.rows();
        long column = item / blocks % spans * product.span();
        int count = (int) Math.min(product.rows(), problem.m() - row);
        int used = (int) Math.min(product.span(), problem.n() - column);
        multiply(a, matrix, row, count, column, used, scratch, s);
        for (int i = 0; i < count; i++) {
          long at = ((matrix * problem.m() + row + i) * problem.n() + column) * 4;
          if (problem.alpha() != 1) {
            rows.scale(s, product.c(i), used, problem.alpha());
          }
          rows.store(s, product.c(i), used, null, Activation.NONE, a.outputValues(0), at);
        }
      }
    }

    private void multiply(
        Arguments a,
        long matrix,
        long row,
        int count,
        long column,
        int used,
        MemorySegment scratch,
        float[] s) {
      Tensor left = a.input(0);
      long first = problem.k() == 0 ? 0 : index.a(matrix) / problem.k() + row;
      for (int i = 0; i < count; i++) {
        rows.fill(s, product.c(i), product.span(), 0);
      }
      int width = product.width();
      for (long k = 0; k < problem.k(); k += product.chunk()) {
        int part = (int) Math.min(product.chunk(), problem.k() - k);
        for (int p = 0; p * width < used; p++) {
          int columns = Math.min(width, used - p * width);
          pack(a, index.b(matrix), column + p * width, columns, k, part, s, product.panel(p));
        }
        product.add(left, first, count, k, part, used, scratch, s);
      }
    }

    private void pack(
        Arguments a, long base, long column, int columns, long k, int count, float[] s, int to) {
      int width = product.width();
      MemorySegment b = a.inputValues(1);
      if (problem.transposeB()) {
        long at = (base + column * problem.k() + k) * 4;
        rows.transpose(b, at, problem.k() * 4, columns, count, s, to, width);
      } else {
        long at = (base + k * problem.n() + column) * 4;
        rows.copy(b, at, problem.n() * 4, count, columns, s, to, width);
      }
    }
  }
}
