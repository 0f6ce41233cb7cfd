package dev.pith.kernels.quads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quads.Arrangement.Rows;
import dev.pith.kernels.quantized.X86QuadCode;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link RearrangeProblem} between rows and quads with generated x86-64 code; rows of less than
 * four cells byte by byte. A work item is one plane of quads.
 */
public final class X86QuadRearrange implements HostKernel<ArrangedProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QuadRearrange() {
    this(GeneratedCalls.NATIVE);
  }

  X86QuadRearrange(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(ArrangedProblem problem, Target target) {
    if (!(problem.problem() instanceof RearrangeProblem)) {
      return Support.no("not a change of arrangement");
    }
    boolean toQuads = problem.inputs().get(0) instanceof Rows && problem.output() instanceof Quads;
    boolean toRows = problem.inputs().get(0) instanceof Quads && problem.output() instanceof Rows;
    if (!toQuads && !toRows) {
      return Support.no("from %s to %s", problem.inputs().get(0), problem.output());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(ArrangedProblem problem, PrepareContext context) {
    QuadGrid target = problem.outputGrid();
    return target != null
        ? new ToQuads(problem, target, calls)
        : new ToRows(problem.inputGrid(0), calls);
  }

  /** Rows of a plane: whole planes are one row where quads have no border. */
  private record Runs(int rows, int cells) {
    static Runs of(QuadGrid grid) {
      return grid.border() == 0
          ? new Runs(1, grid.height() * grid.width())
          : new Runs(grid.height(), grid.width());
    }
  }

  private static int channels(QuadGrid grid, long plane) {
    return Math.min(4, grid.channels() - (int) (plane % grid.quads()) * 4);
  }

  /** Byte offset in rows of the first channel of a plane. */
  private static long inRows(QuadGrid grid, long plane) {
    long channel = plane / grid.quads() * grid.channels() + plane % grid.quads() * 4;
    return channel * grid.height() * grid.width();
  }

  private static final class ToQuads implements QuadProgram {
    private final QuadGrid grid;
    private final Runs runs;
    private final MemorySegment table;
    private final X86QuadBorder border;
    private final GeneratedCall call;

    ToQuads(ArrangedProblem problem, QuadGrid grid, GeneratedCalls calls) {
      this.border = new X86QuadBorder(calls, grid, problem.outputPadding());
      this.grid = grid;
      this.runs = Runs.of(grid);
      this.table = Arena.ofAuto().allocate(8L * runs.rows(), 8);
      for (int row = 0; row < runs.rows(); row++) {
        table.set(Elements.I32, 8L * row, row * runs.cells());
        table.set(Elements.I32, 8L * row + 4, row * grid.pitch() * QuadGrid.CELL);
      }
      int step = runs.cells() >= 16 ? 16 : runs.cells() >= 8 ? 8 : 4;
      this.call = runs.cells() < 4 ? null : calls.of(new X86QuadCode(X86Isa.AVX_VNNI, step));
    }

    @Override
    public long workItems(int phase) {
      return grid.planes();
    }

    @Override
    public long scratchBytes() {
      return Math.max(X86QuadCode.Args.BYTES, X86QuadBorder.BYTES) + 63 & -64;
    }

    @Override
    public void run(
        int phase,
        MemorySegment x,
        MemorySegment y,
        MemorySegment shared,
        MemorySegment args,
        long from,
        long to) {
      long pixels = (long) grid.height() * grid.width();
      for (long plane = from; plane < to; plane++) {
        int channels = channels(grid, plane);
        if (call == null) {
          copySlowly(x, y, plane, channels);
        } else {
          for (int c = 0; c < 4; c++) {
            // A channel that is not there is read as the first.
            long at = inRows(grid, plane) + (c < channels ? c : 0) * pixels;
            args.set(Elements.I64, X86QuadCode.Args.CHANNELS + 8L * c, x.address() + at);
          }
          args.set(Elements.I64, X86QuadCode.Args.TARGET, y.address() + grid.pixels(plane));
          args.set(Elements.I64, X86QuadCode.Args.TABLE, table.address());
          args.set(Elements.I64, X86QuadCode.Args.ROWS, runs.rows());
          args.set(Elements.I64, X86QuadCode.Args.COUNT, runs.cells());
          call.run(args);
        }
      }
      border.fill(y, from, to - from, args);
    }

    private void copySlowly(MemorySegment x, MemorySegment y, long plane, int channels) {
      long at = inRows(grid, plane);
      for (int c = 0; c < channels; c++) {
        for (int row = 0; row < runs.rows(); row++) {
          for (int i = 0; i < runs.cells(); i++) {
            long to = grid.pixels(plane) + ((long) row * grid.pitch() + i) * QuadGrid.CELL + c;
            y.set(JAVA_BYTE, to, x.get(JAVA_BYTE, at++));
          }
        }
      }
    }
  }

  private static final class ToRows implements QuadProgram {
    private final QuadGrid grid;
    private final Runs runs;
    private final ArgumentImage image;
    private final GeneratedCall call;

    ToRows(QuadGrid grid, GeneratedCalls calls) {
      this.grid = grid;
      this.runs = Runs.of(grid);
      int step = X86QuadRowsCode.step(runs.cells());
      long stride = (long) grid.pitch() * QuadGrid.CELL;
      this.image =
          new ArgumentImage(X86QuadRowsCode.Args.BYTES)
              .i64(X86QuadRowsCode.Args.SOURCE_STRIDE, stride)
              .i64(X86QuadRowsCode.Args.SOURCE_SKIP, grid.planeBytes() - runs.rows() * stride)
              .i64(X86QuadRowsCode.Args.CHANNEL_SKIP, 3 * pixels())
              .i64(X86QuadRowsCode.Args.ROWS, runs.rows())
              .i64(X86QuadRowsCode.Args.COUNT, runs.cells());
      X86QuadRowsCode.write(image);
      this.call = step == 0 ? null : calls.of(new X86QuadRowsCode(step));
    }

    private long pixels() {
      return (long) grid.height() * grid.width();
    }

    @Override
    public long workItems(int phase) {
      return grid.planes();
    }

    /** Behind the arguments room for a channel that is not there. */
    @Override
    public long scratchBytes() {
      long spare = grid.channels() % 4 == 0 ? 0 : pixels();
      return X86QuadRowsCode.Args.BYTES + (spare + 63 & -64);
    }

    @Override
    public void run(
        int phase,
        MemorySegment x,
        MemorySegment y,
        MemorySegment shared,
        MemorySegment args,
        long from,
        long to) {
      image.copyTo(args);
      for (long plane = from; plane < to; ) {
        // Planes of an image whose four channels are all there go together.
        long image = plane / grid.quads();
        long whole = Math.min(to, image * grid.quads() + grid.channels() / 4) - plane;
        long planes = Math.max(1, whole);
        if (call == null) {
          for (long end = plane + planes; plane < end; plane++) {
            copySlowly(x, y, plane, channels(grid, plane));
          }
          continue;
        }
        int channels = channels(grid, plane);
        for (int c = 0; c < 4; c++) {
          long at = y.address() + inRows(grid, plane) + c * pixels();
          long spare = args.address() + X86QuadRowsCode.Args.BYTES;
          args.set(Elements.I64, X86QuadRowsCode.Args.CHANNELS + 8L * c, c < channels ? at : spare);
        }
        args.set(Elements.I64, X86QuadRowsCode.Args.SOURCE, x.address() + grid.pixels(plane));
        args.set(Elements.I64, X86QuadRowsCode.Args.PLANES, planes);
        call.run(args);
        plane += planes;
      }
    }

    private void copySlowly(MemorySegment x, MemorySegment y, long plane, int channels) {
      long at = inRows(grid, plane);
      for (int row = 0; row < runs.rows(); row++) {
        long from = grid.pixels(plane) + (long) row * grid.pitch() * QuadGrid.CELL;
        for (int i = 0; i < runs.cells(); i++) {
          int cell = x.get(Elements.I32, from + (long) i * QuadGrid.CELL);
          for (int c = 0; c < channels; c++) {
            y.set(JAVA_BYTE, at + c * pixels(), (byte) (cell >>> 8 * c));
          }
          at++;
        }
      }
    }
  }
}
