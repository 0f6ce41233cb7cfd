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
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.ArgumentImage;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@link QLinearProblem} with few rows of activations, with generated x86-64 code, for weights of
 * any layout: lists of blocks whose weights are read once, in order ({@link X86FewRowsCode}). A
 * work item is a range of output features.
 */
public final class X86QLinearRows implements HostKernel<QLinearProblem> {

  /** With more rows {@link X86QLinear} is always faster; with half as many, this kernel. */
  private static final int MOST = 7;

  /** Output features of a work item. */
  private static final int ITEM = 64;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QLinearRows() {
    this(GeneratedCalls.NATIVE);
  }

  X86QLinearRows(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    if (problem.m() > MOST) {
      return Support.no("%d rows fill tiles", problem.m());
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public boolean isContested(QLinearProblem problem, Target target) {
    return problem.m() >= X86QLinear.FEWEST;
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    Tensor weight = context.constant(1);
    Tensor scale = context.constant(2);
    Tensor bias = problem.bias() ? context.constant(3) : null;
    if (weight == null || scale == null || problem.bias() && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of an int8 layer must be known");
    }
    int k = Math.toIntExact(problem.k());
    X86BlockList list = X86BlockList.plan(weight, k, 1, X86FewRowsCode::cost, List.of(2, 4, 8, 16));
    String start =
        "x86_rows_start_"
            + list.rows()
            + scale.values().address()
            + "_"
            + (bias == null ? 0 : bias.values().address());
    return new Run(
        problem,
        list,
        context.packed(
            1, "x86_rows_" + list.rows(), arena -> list.pack(weight, k, (t, q) -> 8L * q, arena)),
        context.packed(
            1, start, arena -> X86Epilogue.pack(X86Isa.AVX2, list, weight, scale, bias, 0, arena)),
        image(problem.requantize()),
        calls.of(new X86WidenCode()),
        calls.of(new X86FewRowsCode(list.rows())),
        calls.of(new X86FinishCode(problem.requantize().output())));
  }

  /** The arguments of the last function as far as they stay the same. */
  private static ArgumentImage image(Requantize r) {
    return new ArgumentImage(X86FinishCode.Args.BYTES)
        .f32(X86FinishCode.Args.LOW, 32, r.low() - r.zeroPoint())
        .f32(X86FinishCode.Args.HIGH, 32, r.high() - r.zeroPoint())
        .i32(X86FinishCode.Args.ZERO, 32, r.zeroPoint());
  }

  private record Run(
      QLinearProblem problem,
      X86BlockList list,
      MemorySegment blocks,
      MemorySegment starts,
      ArgumentImage image,
      GeneratedCall widen,
      GeneratedCall multiply,
      GeneratedCall finish)
      implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    private long rowBytes() {
      return 2 * problem.k() + 15 & -8;
    }

    private long items() {
      return (problem.n() + ITEM - 1) / ITEM;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? problem.m() : items());
    }

    @Override
    public long sharedBytes() {
      return problem.m() * rowBytes() + 63 & -64;
    }

    private static long sumsAt() {
      return X86FewRowsCode.Args.BYTES + X86FinishCode.Args.BYTES;
    }

    /** Room for a last list that reaches beyond the item, and for results that are copied. */
    private static long stagingAt() {
      return sumsAt() + 4L * (ITEM + 32);
    }

    @Override
    public long scratchBytes() {
      return stagingAt() + 4L * X86FinishCode.STEP + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment s, long from, long to) {
      if (phase == 0) {
        for (long row = from; row < Math.min(to, problem.m()); row++) {
          widen(a.inputValues(0), row * problem.k(), shared, row * rowBytes(), s);
        }
        return;
      }
      image.copyTo(s, X86FewRowsCode.Args.BYTES);
      s.set(Elements.I64, X86FewRowsCode.Args.OFFSETS, blocks.address() + list.offsetsAt());
      s.set(Elements.I64, X86FewRowsCode.Args.WEIGHTS, blocks.address() + list.weightsAt());
      for (long item = from; item < Math.min(to, items()); item++) {
        for (long row = 0; row < problem.m(); row++) {
          item(a.outputValues(0), shared, s, item * ITEM, row);
        }
      }
    }

    private void widen(MemorySegment x, long from, MemorySegment to, long at, MemorySegment args) {
      int zero = problem.requantize().inputZeroPoint();
      int k = (int) problem.k();
      boolean isLong = k >= X86WidenCode.STEP;
      if (isLong) {
        args.set(Elements.I64, X86WidenCode.Args.SOURCE, x.address() + from);
        args.set(Elements.I64, X86WidenCode.Args.TARGET, to.address() + at);
        args.set(Elements.I64, X86WidenCode.Args.COUNT, k);
        for (int i = 0; i < X86WidenCode.STEP; i++) {
          args.set(Elements.I16, X86WidenCode.Args.ZERO + 2L * i, (short) zero);
        }
        widen.run(args);
      }
      for (int i = isLong ? k : 0; i < k; i++) {
        to.set(Elements.I16, at + 2L * i, (short) ((x.get(JAVA_BYTE, from + i) & 255) - zero));
      }
      for (int i = k; (i & 3) != 0; i++) {
        to.set(Elements.I16, at + 2L * i, (short) 0);
      }
    }

    private void item(
        MemorySegment y, MemorySegment shared, MemorySegment s, long first, long row) {
      int features = (int) Math.min(ITEM, problem.n() - first);
      long list0 = first / list.rows();
      s.set(Elements.I64, X86FewRowsCode.Args.STARTS, blocks.address() + 4 * list0);
      s.set(Elements.I64, X86FewRowsCode.Args.X, shared.address() + row * rowBytes());
      s.set(Elements.I64, X86FewRowsCode.Args.SUMS, s.address() + sumsAt());
      s.set(Elements.I64, X86FewRowsCode.Args.LISTS, (features + list.rows() - 1) / list.rows());
      multiply.run(s);
      int whole = features / X86FinishCode.STEP;
      int bytes = problem.requantize().output() == DType.F32 ? 4 : 1;
      long out = (row * problem.n() + first) * bytes;
      if (whole > 0) {
        finish(s, 0, first, whole, y.address() + out);
      }
      int rest = features % X86FinishCode.STEP;
      if (rest > 0) {
        int done = whole * X86FinishCode.STEP;
        finish(s, done, first + done, 1, s.address() + stagingAt());
        MemorySegment.copy(s, stagingAt(), y, out + (long) done * bytes, (long) rest * bytes);
      }
    }

    private void finish(MemorySegment s, int sum, long feature, int steps, long out) {
      MemorySegment args = s.asSlice(X86FewRowsCode.Args.BYTES, X86FinishCode.Args.BYTES);
      args.set(Elements.I64, X86FinishCode.Args.SUMS, s.address() + sumsAt() + 4L * sum);
      args.set(Elements.I64, X86FinishCode.Args.BIAS, starts.address() + 4 * feature);
      args.set(
          Elements.I64,
          X86FinishCode.Args.SCALE,
          starts.address() + starts.byteSize() / 2 + 4 * feature);
      args.set(Elements.I64, X86FinishCode.Args.OUT, out);
      args.set(Elements.I64, X86FinishCode.Args.STEPS, steps);
      finish.run(args);
    }
  }
}
