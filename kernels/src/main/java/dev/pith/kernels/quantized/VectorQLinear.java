package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * {@link QLinearProblem} as matrix products of tiles with the Vector API ({@link LinearTiles}), for
 * weights of any layout.
 */
public final class VectorQLinear implements HostKernel<QLinearProblem> {

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    return VectorTargets.supports(target);
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    Int8Tile tile = VectorTargets.tile(context.target());
    LinearTiles tiles =
        new LinearTiles(
            tile,
            problem.m(),
            problem.n(),
            problem.k(),
            problem.layout(),
            context.target().threads(),
            (shared, row) -> problem.requantize().inputZeroPoint(),
            problem.bias(),
            new Store(tile, problem.requantize(), problem.n()));
    return new Run(tiles);
  }

  private record Run(LinearTiles tiles) implements HostProgram {

    @Override
    public long workItems(int phase) {
      return Math.max(1, tiles.items());
    }

    @Override
    public long scratchBytes() {
      return tiles.scratchBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      tiles.run(a.inputValues(0), a, shared, scratch, from, to);
    }
  }

  /** Requantizes four features at a time and stores them as one word a row. */
  private record Store(Int8Tile tile, Requantize r, long n) implements LinearTiles.Sink {

    @Override
    public void store(
        Arguments a,
        MemorySegment shared,
        MemorySegment s,
        long staging,
        long acc,
        long stride,
        long row,
        int rows,
        long feature,
        int features) {
      MemorySegment y = a.outputValues(0);
      MemorySegment scales = a.inputValues(2);
      if (r.output() == DType.F32) {
        for (int f = 0; f < features; f++) {
          float scale = scales.get(Elements.F32, (feature + f) * 4);
          for (int i = 0; i < rows; i++) {
            float sum = s.get(Elements.I32, acc + f * stride + i * 4L);
            y.set(Elements.F32, ((row + i) * n + feature + f) * 4, sum * scale);
          }
        }
        return;
      }
      long words = staging + tile.rowBytes();
      for (int f = 0; f < 4; f++) {
        float scale = f < features ? scales.get(Elements.F32, (feature + f) * 4) : 0;
        s.set(Elements.F32, staging + f * 4L, scale);
      }
      tile.requantizeWords(s, acc, stride, s, staging, r.zeroPoint(), r.low(), r.high(), words);
      for (int i = 0; i < rows; i++) {
        int word = s.get(Elements.I32, words + i * 4L);
        long at = (row + i) * n + feature;
        if (features == 4) {
          y.set(Elements.I32, at, word);
        } else {
          for (int f = 0; f < features; f++) {
            y.set(JAVA_BYTE, at + f, (byte) (word >> 8 * f));
          }
        }
      }
    }
  }
}
