package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.quantized.X86BlockCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/**
 * {@link QLinearProblem} with generated x86-64 code, for weights of any layout: the convolution's
 * loop with tokens for pixels. First tokens' rows become planes of quads, then a work item is a
 * span of tiles and a block of output features, whose results are transposed back.
 */
public final class X86QLinear implements HostKernel<QLinearProblem> {

  private static final int ROWS = 64;
  private static final int SPAN = 192;

  /** Fewer tokens than this leave most of a tile empty. */
  static final int FEWEST = 4;

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QLinear() {
    this(GeneratedCalls.NATIVE);
  }

  X86QLinear(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QLinearProblem problem, Target target) {
    if (problem.m() < FEWEST) {
      return Support.no("%d rows; a tile needs %d to pay", problem.m(), FEWEST);
    }
    if (problem.k() < 4) {
      return Support.no("k=%d is less than one quad", problem.k());
    }
    return X86Isa.supports(target);
  }

  @Override
  public HostProgram prepare(QLinearProblem problem, PrepareContext context) {
    X86Isa isa = X86Isa.best(context.target());
    long bytes = problem.m() * isa.quadBytes() + 63 & -64 | 64;
    X86Layer layer =
        X86Layer.prepare(
            calls,
            context,
            problem.requantize(),
            problem.bias(),
            Math.toIntExact(problem.k()),
            1,
            "tokens" + bytes,
            (tap, quad) -> quad * bytes);
    return new Run(problem, calls, layer, bytes, context.target().threads());
  }

  private static final class Run implements HostProgram {
    private final QLinearProblem problem;
    private final X86Layer layer;
    private final long planeBytes;
    private final GeneratedCall gather;
    private final GeneratedCall scatter;
    private final int span;
    private final long spans;
    private final int listsPerItem;
    private final int listBlocks;

    Run(
        QLinearProblem problem,
        GeneratedCalls calls,
        X86Layer layer,
        long planeBytes,
        int threads) {
      this.problem = problem;
      this.layer = layer;
      this.planeBytes = planeBytes;
      this.gather = calls.of(new X86TokenCode(layer.code().isa(), true));
      this.scatter = calls.of(new X86TokenCode(layer.code().isa(), false));
      int tile = layer.tile();
      long tiles = (problem.m() + tile - 1) / tile;
      this.span = (int) Math.max(1, Math.min(tiles, SPAN / tile)) * tile;
      this.spans = (problem.m() + span - 1) / span;
      int all = layer.list().lists();
      int lists = Math.min(all, ROWS / layer.list().rows());
      while (lists > 4 && spans * ((all + lists - 1) / lists) < 2L * threads) {
        lists = (lists + 1) / 2;
      }
      // Whole words of four features are stored together: items begin at a multiple of four.
      this.listsPerItem = (lists + 3) / 4 * 4;
      this.listBlocks = (all + listsPerItem - 1) / listsPerItem;
    }

    @Override
    public int phases() {
      return 2;
    }

    private int quads() {
      return Math.toIntExact((problem.k() + 3) / 4);
    }

    /** Groups of four quads. */
    private long gathers() {
      return (problem.k() + 15) / 16;
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? gathers() : spans * listBlocks);
    }

    @Override
    public long sharedBytes() {
      return quads() * planeBytes + (long) layer.tile() * layer.code().isa().quadBytes() + 63 & -64;
    }

    private long stagingRow() {
      return (long) span * layer.outputBytes();
    }

    /** Arguments of a tile, of a transposition, staging. */
    private static long stagingAt() {
      return Args.BYTES + X86TokenCode.Args.BYTES + 63 & -64;
    }

    @Override
    public long scratchBytes() {
      return stagingAt() + stagingRow() * listsPerItem * layer.list().rows() + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      if (phase == 0) {
        for (long item = from; item < Math.min(to, gathers()); item++) {
          gather(a.inputValues(0), shared, scratch, item);
        }
        return;
      }
      layer.begin(scratch);
      for (long item = from; item < Math.min(to, spans * listBlocks); item++) {
        item(a.outputValues(0), shared, scratch, item);
      }
    }

    private void gather(MemorySegment x, MemorySegment planes, MemorySegment args, long item) {
      long k = problem.k();
      int zero = problem.requantize().inputZeroPoint();
      if (k % 4 != 0 || k < 16 || problem.m() < 4) {
        for (long quad = 4 * item; quad < Math.min(quads(), 4 * item + 4); quad++) {
          gatherSlowly(x, planes, quad, zero);
        }
        return;
      }
      long first = Math.min(16 * item, k - 16);
      for (int i = 0; i < 16; i++) {
        args.set(Elements.I16, X86TokenCode.Args.ZERO + 2L * i, (short) zero);
      }
      args.set(Elements.I64, X86TokenCode.Args.SOURCE, x.address() + first);
      args.set(Elements.I64, X86TokenCode.Args.SOURCE_STRIDE, k);
      args.set(Elements.I64, X86TokenCode.Args.TARGET, planes.address() + first / 4 * planeBytes);
      args.set(Elements.I64, X86TokenCode.Args.TARGET_STRIDE, planeBytes);
      args.set(Elements.I64, X86TokenCode.Args.TOKENS, problem.m());
      gather.run(args);
    }

    private void gatherSlowly(MemorySegment x, MemorySegment planes, long quad, int zero) {
      int size = layer.code().isa().elementBytes();
      for (long m = 0; m < problem.m(); m++) {
        for (int c = 0; c < 4; c++) {
          long k = 4 * quad + c;
          long to = quad * planeBytes + (4 * m + c) * size;
          byte value = k < problem.k() ? x.get(JAVA_BYTE, m * problem.k() + k) : 0;
          if (size == 1) {
            planes.set(JAVA_BYTE, to, value);
          } else {
            planes.set(Elements.I16, to, (short) ((value & 255) - zero));
          }
        }
      }
    }

    private void item(MemorySegment y, MemorySegment x, MemorySegment scratch, long item) {
      int firstList = (int) (item % listBlocks) * listsPerItem;
      long token = item / listBlocks * span;
      int count = (int) Math.min(span, problem.m() - token);
      int lists = Math.min(listsPerItem, layer.list().lists() - firstList);
      layer.choose(scratch, 0, firstList, lists);
      int quadBytes = layer.code().isa().quadBytes();
      for (int at = 0; at < count; at += layer.tile()) {
        layer.tile(
            scratch,
            x.address() + (token + at) * quadBytes,
            scratch.address() + stagingAt() + (long) at * layer.outputBytes(),
            stagingRow());
      }
      int first = firstList * layer.list().rows();
      int features = (int) Math.min(lists * layer.list().rows(), problem.n() - first);
      int words = layer.code().output() == DType.F32 ? 0 : features / 4;
      for (int word = 0; word < words; word++) {
        scatter(y, scratch, token, count, first, word);
      }
      int inWords = words > 0 ? count / 4 * 4 : 0;
      store(y, scratch, token, 0, inWords, first, 4 * words, features);
      store(y, scratch, token, inWords, count, first, 0, features);
    }

    private void scatter(
        MemorySegment y, MemorySegment scratch, long token, int count, long first, int word) {
      MemorySegment args = scratch.asSlice(Args.BYTES, X86TokenCode.Args.BYTES);
      long staged = scratch.address() + stagingAt() + 4L * word * stagingRow();
      long target = y.address() + token * problem.n() + first + 4L * word;
      args.set(Elements.I64, X86TokenCode.Args.SOURCE, staged);
      args.set(Elements.I64, X86TokenCode.Args.SOURCE_STRIDE, stagingRow());
      args.set(Elements.I64, X86TokenCode.Args.TARGET, target);
      args.set(Elements.I64, X86TokenCode.Args.TARGET_STRIDE, problem.n());
      args.set(Elements.I64, X86TokenCode.Args.TOKENS, count);
      scatter.run(args);
    }

    /** Stores features {@code feature} to {@code end} of tokens {@code from} to {@code to}. */
    private void store(
        MemorySegment y,
        MemorySegment scratch,
        long token,
        int from,
        int to,
        long first,
        int feature,
        int end) {
      int bytes = layer.outputBytes();
      for (int i = from; i < to; i++) {
        for (int f = feature; f < end; f++) {
          long staged = stagingAt() + f * stagingRow() + (long) i * bytes;
          long at = ((token + i) * problem.n() + first + f) * bytes;
          if (bytes == 1) {
            y.set(JAVA_BYTE, at, scratch.get(JAVA_BYTE, staged));
          } else {
            y.set(Elements.F32, at, scratch.get(Elements.F32, staged));
          }
        }
      }
    }
  }
}
