package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link LinearProblem} on F32 activations with weights in a compressed layout: rows of x are
 * transposed into panels, whose columns they become, and every stored weight is multiplied with all
 * of them ({@link PanelProduct}). Weights stay in their layout; a row is listed once for all rows
 * of x of a work item.
 */
public final class VectorSparseLinear implements HostKernel<LinearProblem> {

  @Override
  public Support supports(LinearProblem problem, Target target) {
    if (!(problem.layout() instanceof SparseLayout)) {
      return Support.no("layout %s lists no weights", problem.layout().name());
    }
    if (!target.supportsVectors().isSupported()) {
      return target.supportsVectors();
    }
    return FloatWeights.supports(problem.input(), problem.weight(), problem.layout());
  }

  @Override
  public String arithmetic(LinearProblem problem) {
    return "ascending_fma";
  }

  @Override
  public HostProgram prepare(LinearProblem problem, PrepareContext context) {
    FloatTile tile = FloatTile.of(context.target());
    FloatRows rows = FloatRows.of(context.target());
    FloatWeights weights =
        new FloatWeights(
            rows, problem.weight(), problem.layout(), problem.n(), problem.k(), context);
    int together = ((SparseLayout) problem.layout()).groupRows();
    RowBlocks blocks =
        RowBlocks.of(
            PanelShape.of(tile, weights),
            problem.n(),
            problem.m(),
            1,
            context.target().threads(),
            together);
    PanelProduct product = new PanelProduct(tile, weights, problem.k(), blocks);
    return new Run(problem, rows, product, blocks.spans(), blocks.count());
  }

  private record Run(
      LinearProblem problem, FloatRows rows, PanelProduct product, long spans, long blocks)
      implements HostProgram {

    private long items() {
      return spans * blocks;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    /** Behind the panels: results of one row of x. */
    @Override
    public int scratchFloats() {
      return product.scratchFloats() + product.rows() + 32;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      float[] s = (float[]) scratch.heapBase().orElseThrow();
      for (long item = from; item < Math.min(to, items()); item++) {
        long feature = item % blocks * product.rows();
        int features = (int) Math.min(product.rows(), problem.n() - feature);
        long row = item / blocks * product.span();
        int used = (int) Math.min(product.span(), problem.m() - row);
        begin(a, feature, features, s);
        multiply(a, feature, features, row, used, scratch, s);
        store(a, feature, features, row, used, s);
      }
    }

    private void begin(Arguments a, long feature, int features, float[] s) {
      boolean bias = problem.epilogue().bias();
      for (int f = 0; f < features; f++) {
        float start = bias ? a.inputValues(2).get(Elements.F32, (feature + f) * 4) : 0;
        rows.fill(s, product.c(f), product.span(), start);
      }
    }

    private void multiply(
        Arguments a,
        long feature,
        int features,
        long row,
        int used,
        MemorySegment scratch,
        float[] s) {
      int width = product.width();
      long step = problem.k() * 4;
      for (long k = 0; k < problem.k(); k += product.chunk()) {
        int part = (int) Math.min(product.chunk(), problem.k() - k);
        for (int p = 0; p * width < used; p++) {
          int count = Math.min(width, used - p * width);
          long at = ((row + (long) p * width) * problem.k() + k) * 4;
          rows.transpose(a.inputValues(0), at, step, count, part, s, product.panel(p), width);
        }
        product.add(a.input(1), feature, features, k, part, used, scratch, s);
      }
    }

    private void store(Arguments a, long feature, int features, long row, int used, float[] s) {
      MemorySegment residual = problem.epilogue().residual() ? a.inputValues(3) : null;
      Activation activation = problem.epilogue().activation();
      int result = product.scratchFloats();
      int step = product.span();
      for (int r = 0; r < used; r++) {
        int c = product.c(0) + r;
        for (int f = 0; f < features; f++) {
          s[result + f] = s[c + f * step];
        }
        long at = ((row + r) * problem.n() + feature) * 4;
        rows.store(s, result, features, residual, activation, a.outputValues(0), at);
      }
    }
  }
}
