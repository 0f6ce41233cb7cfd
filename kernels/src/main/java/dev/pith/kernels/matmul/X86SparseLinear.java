package dev.pith.kernels.matmul;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.SparseLayout;
import dev.pith.kernels.matmul.X86FmaCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;

/**
 * {@link LinearProblem} in fp32 with weights in a compressed layout and generated x86-64 code: the
 * convolution's loop with rows of x for pixels. First the rows of x of each tile become columns,
 * one behind the other in few pages, so that every weight is multiplied with neighbours; then a
 * work item is a span of tiles and a block of output features, whose results are turned back.
 * Weights that are zero cost nothing.
 */
public final class X86SparseLinear implements HostKernel<LinearProblem> {

  /** Tiles of few rows are mostly empty, and still faster than any other kernel. */
  private static final int FEWEST = 1;

  /** Columns of x whose tile, of 64 rows, stays in the first cache while all lists read it. */
  private static final int CHUNK = 96;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86SparseLinear() {
    this(GeneratedCalls.NATIVE);
  }

  X86SparseLinear(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(LinearProblem problem, Target target) {
    if (X86FmaCode.bits(target) == 0) {
      return Support.no("%s runs no generated code with AVX2 and FMA", target.architecture());
    }
    if (problem.input() != DType.F32 || !problem.weight().isFloat()) {
      return Support.no("operands are %s and %s", problem.input(), problem.weight());
    }
    if (problem.weight() == DType.F64) {
      return Support.no("weights are %s", problem.weight());
    }
    if (!(problem.layout() instanceof SparseLayout)) {
      return Support.no("layout %s lists no weights", problem.layout().name());
    }
    if (problem.m() < FEWEST || problem.k() < X86TransposeCode.BLOCK) {
      return Support.no("%d rows of %d elements; 1 of 8 is needed", problem.m(), problem.k());
    }
    return Support.YES;
  }

  @Override
  public String arithmetic(LinearProblem problem) {
    return "ascending_fma";
  }

  @Override
  public HostProgram prepare(LinearProblem problem, PrepareContext context) {
    int bits = X86FmaCode.bits(context.target());
    Tensor weight = context.constant(1);
    Tensor bias = problem.epilogue().bias() ? context.constant(2) : null;
    if (weight == null || problem.epilogue().bias() && bias == null) {
      return new VectorSparseLinear().prepare(problem, context);
    }
    X86FmaList list = X86FmaList.plan(weight, 1, bits, CHUNK);
    X86FmaCode code = X86FmaCode.of(bits, list.rows(), problem.m());
    long rowBytes = 4L * code.pixels();
    MemorySegment packed =
        context.packed(
            1,
            "x86_" + bits + "_" + list.rows() + "_" + CHUNK + "_" + rowBytes,
            arena -> list.pack(weight, place -> place, column -> column * rowBytes, arena));
    String start = "x86_bias" + list.rows() + (bias == null ? 0 : bias.values().address());
    MemorySegment biases =
        context.packed(1, start, arena -> list.packBias(bias, problem.n(), arena));
    SparseRows rows = new SparseRows(problem, list, code.pixels(), context.target());
    return new Run(problem, list, rows, packed, biases, calls, code);
  }

  private static final class Run implements HostProgram {
    private final LinearProblem problem;
    private final X86FmaList list;
    private final SparseRows rows;
    private final MemorySegment packed;
    private final MemorySegment biases;
    private final GeneratedCall first;
    private final GeneratedCall next;
    private final GeneratedCall turn;
    private final GeneratedCall finish;

    Run(
        LinearProblem problem,
        X86FmaList list,
        SparseRows rows,
        MemorySegment packed,
        MemorySegment biases,
        GeneratedCalls calls,
        X86FmaCode code) {
      this.problem = problem;
      this.list = list;
      this.rows = rows;
      this.packed = packed;
      this.biases = biases;
      this.first = calls.of(code);
      this.next = calls.of(code.continued());
      this.turn = calls.of(new X86TransposeCode());
      this.finish =
          calls.of(
              new X86RowsCode(
                  problem.epilogue().residual(), problem.epilogue().activation().kind()));
    }

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? rows.blocks() : rows.items());
    }

    @Override
    public long sharedBytes() {
      return rows.tiles() * rows.tileBytes();
    }

    @Override
    public long scratchBytes() {
      return rows.scratchBytes();
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
      if (phase == 0) {
        for (long block = from; block < Math.min(to, rows.blocks()); block++) {
          columns(a.inputValues(0).address(), shared.address(), s, block);
        }
        return;
      }
      X86RowsCode.begin(
          s.asSlice(SparseRows.FINISH_AT, X86RowsCode.Args.BYTES), problem.epilogue().activation());
      s.set(Elements.I64, Args.OFFSETS, packed.address() + list.offsetsAt());
      s.set(Elements.I64, Args.WEIGHTS, packed.address() + list.weightsAt());
      s.set(Elements.I64, Args.OUT_STRIDE, rows.stagingRow());
      s.set(Elements.I64, Args.X_STEP, 0);
      for (long item = from; item < Math.min(to, rows.items()); item++) {
        item(a, shared.address(), s, item);
      }
    }

    /** Eight rows of x become columns; where there are fewer, the last is repeated. */
    private void columns(long x, long to, MemorySegment s, long block) {
      MemorySegment args = s.asSlice(SparseRows.TURN_AT, X86TransposeCode.Args.BYTES);
      long first = block * X86TransposeCode.BLOCK;
      for (int r = 0; r < X86TransposeCode.BLOCK; r++) {
        long row = Math.min(first + r, problem.m() - 1);
        args.set(Elements.I64, X86TransposeCode.Args.ROWS + 8L * r, x + 4 * row * problem.k());
      }
      long target = to + first / rows.tile() * rows.tileBytes() + 4 * (first % rows.tile());
      X86TransposeCode.target(args, target, 4L * rows.tile(), problem.k());
      turn.run(args);
    }

    private void item(Arguments a, long x, MemorySegment s, long item) {
      int firstList = rows.firstList(item);
      int lists = rows.lists(item);
      long token = rows.token(item);
      int count = rows.tokens(item);
      s.set(Elements.I64, Args.BIAS, biases.address() + 4L * firstList * list.rows());
      s.set(Elements.I64, Args.GROUPS, lists);
      long staging = s.address() + SparseRows.STAGING_AT;
      for (int part = 0; part < list.parts(); part++) {
        long starts = (long) part * list.lists() + firstList;
        s.set(Elements.I64, Args.STARTS, packed.address() + 4 * starts);
        for (int at = 0; at < count; at += rows.tile()) {
          s.set(Elements.I64, Args.X, x + (token + at) / rows.tile() * rows.tileBytes());
          s.set(Elements.I64, Args.OUT, staging + 4L * at);
          (part == 0 ? first : next).run(s);
        }
      }
      int feature = firstList * list.rows();
      int features = (int) Math.min((long) lists * list.rows(), problem.n() - feature);
      turnBack(s, staging, count, features);
      store(a, s, token, count, feature, features);
    }

    /** Results of a token become neighbours. */
    private void turnBack(MemorySegment s, long staging, int count, int features) {
      MemorySegment args = s.asSlice(SparseRows.TURN_AT, X86TransposeCode.Args.BYTES);
      int block = X86TransposeCode.BLOCK;
      for (int f = 0; f < features; f += block) {
        for (int r = 0; r < block; r++) {
          long row = staging + Math.min(f + r, features - 1) * rows.stagingRow();
          args.set(Elements.I64, X86TransposeCode.Args.ROWS + 8L * r, row);
        }
        long to = s.address() + rows.turnedAt() + 4L * f;
        X86TransposeCode.target(args, to, rows.turnedRow(), Math.max(count, block));
        turn.run(args);
      }
    }

    private void store(
        Arguments a, MemorySegment s, long token, int count, int first, int features) {
      MemorySegment args = s.asSlice(SparseRows.FINISH_AT, X86RowsCode.Args.BYTES);
      long y = a.outputValues(0).address();
      long out = y + 4 * (token * problem.n() + first);
      long residual = problem.epilogue().residual() ? a.inputValues(3).address() - y : 0;
      X86RowsCode.place(args, s.asSlice(SparseRows.PIECE_AT, 12), features);
      args.set(Elements.I64, X86RowsCode.Args.RESIDUAL_DISTANCE, residual);
      long from = s.address() + rows.turnedAt();
      X86RowsCode.rows(args, from, rows.turnedRow(), out, 4 * problem.n(), count);
      finish.run(args);
    }
  }
}
