package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * {@link LinearProblem} on F32 activations with dense weights of type F32, F16, BF16 or I8, as dot
 * products: rows of x and of the weight both lie along k, so nothing is transposed or repacked. A
 * work item is some output features and some rows of x; weights are read once for all rows of x
 * that scratch holds, three at a time.
 *
 * <p>Every output is summed in the same order whatever the number of rows, so that a sample does
 * not depend on its batch.
 */
public final class VectorLinear implements HostKernel<LinearProblem> {

  @Override
  public Support supports(LinearProblem problem, Target target) {
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    if (problem.k() > 1 << 22) {
      return Support.no("k=%d; rows of at most 2^22 fit scratch", problem.k());
    }
    if (!target.supportsVectors().isSupported()) {
      return target.supportsVectors();
    }
    return FloatWeights.supports(problem.input(), problem.weight(), problem.layout());
  }

  @Override
  public HostProgram prepare(LinearProblem problem, PrepareContext context) {
    FloatRows rows = FloatRows.of(context.target());
    FloatTile tile = FloatTile.of(context.target());
    FloatWeights weights =
        new FloatWeights(
            rows, problem.weight(), problem.layout(), problem.n(), problem.k(), context);
    DotBlocks blocks = DotBlocks.of(problem, tile.lanes(), context.target().threads());
    return new Run(problem, tile, rows, weights, blocks);
  }

  private record Run(
      LinearProblem problem, FloatTile tile, FloatRows rows, FloatWeights weights, DotBlocks blocks)
      implements HostProgram {

    private long items() {
      return blocks.rowBlocks() * blocks.featureBlocks();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, items());
    }

    @Override
    public int scratchFloats() {
      return blocks.scratchFloats();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      float[] s = (float[]) scratch.heapBase().orElseThrow();
      long held = -1;
      for (long item = from; item < Math.min(to, items()); item++) {
        long block = item / blocks.featureBlocks();
        long row = block * blocks.rows();
        int count = (int) Math.min(blocks.rows(), problem.m() - row);
        if (held != block) {
          load(a.inputValues(0), row, count, s);
          held = block;
        }
        long feature = item % blocks.featureBlocks() * blocks.features();
        int features = (int) Math.min(blocks.features(), problem.n() - feature);
        for (int f = 0; f < features; f += FloatTile.DOTS) {
          threeFeatures(a, scratch, s, feature, f, Math.min(3, features - f), count);
        }
        store(a, s, row, count, feature, features);
      }
    }

    /** Copies rows of activations, with zeros behind each up to a whole vector. */
    private void load(MemorySegment x, long row, int count, float[] s) {
      int k = (int) problem.k();
      for (int r = 0; r < count; r++) {
        int to = r * blocks.xStep();
        rows.widen(DType.F32, x, (row + r) * problem.k(), k, s, to);
        Arrays.fill(s, to + k, to + blocks.xStep(), 0);
      }
    }

    private void threeFeatures(
        Arguments a, MemorySegment scratch, float[] s, long feature, int f, int three, int count) {
      int tiles = (count + 2) / 3;
      Arrays.fill(s, blocks.accAt(), blocks.accAt() + tiles * blocks.accStep(), 0);
      for (int k = 0; k < problem.k(); k += DotBlocks.CHUNK) {
        int part = (int) Math.min(DotBlocks.CHUNK, problem.k() - k);
        int whole = (part + tile.lanes() - 1) / tile.lanes() * tile.lanes();
        for (int r = 0; r < 3; r++) {
          // Rows that are not there repeat the last; their sums are not used.
          int to = blocks.wAt() + r * blocks.wStep();
          long from = feature + f + Math.min(r, three - 1);
          weights.read(a.input(1), from, k, part, scratch, s, to);
          Arrays.fill(s, to + part, to + whole, 0);
        }
        for (int t = 0; t < tiles; t++) {
          int acc = blocks.accAt() + t * blocks.accStep();
          int x = 3 * t * blocks.xStep() + k;
          tile.dot(s, blocks.wAt(), blocks.wStep(), x, blocks.xStep(), whole, acc);
        }
      }
      for (int r = 0; r < three; r++) {
        boolean bias = problem.epilogue().bias();
        float start = bias ? a.inputValues(2).get(Elements.F32, (feature + f + r) * 4) : 0;
        for (int row = 0; row < count; row++) {
          int acc = blocks.accAt() + row / 3 * blocks.accStep() + (3 * r + row % 3) * tile.lanes();
          s[blocks.cAt() + row * blocks.cStep() + f + r] = start + sum(s, acc, tile.lanes());
        }
      }
    }

    /** Lanes added pairwise, in an order that only their number decides. */
    private static float sum(float[] s, int at, int lanes) {
      for (int half = lanes / 2; half >= 1; half /= 2) {
        for (int i = 0; i < half; i++) {
          s[at + i] += s[at + i + half];
        }
      }
      return s[at];
    }

    private void store(Arguments a, float[] s, long row, int count, long feature, int features) {
      MemorySegment residual = problem.epilogue().residual() ? a.inputValues(3) : null;
      Activation activation = problem.epilogue().activation();
      // Last row first: an activation may change what lies behind a row, which is stored by then.
      for (int r = count - 1; r >= 0; r--) {
        long at = ((row + r) * problem.n() + feature) * 4;
        int c = blocks.cAt() + r * blocks.cStep();
        rows.store(s, c, features, residual, activation, a.outputValues(0), at);
      }
    }
  }
}
