package dev.pith.kernels.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.quantized.X86DepthwiseCode.Args;
import dev.pith.kernels.tensor.ByteCopy;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link QConvProblem} with one input channel a group, with generated x86-64 code. A work item is
 * one output channel of one image: the results of all positions of {@link ConvPlanes} are computed
 * into scratch, from where rows are copied to the output.
 */
public final class X86QDepthwiseConv implements HostKernel<QConvProblem> {

  private final GeneratedCalls calls;

  /** The kernel whose code the processor runs. */
  public X86QDepthwiseConv() {
    this(GeneratedCalls.NATIVE);
  }

  X86QDepthwiseConv(GeneratedCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Support supports(QConvProblem problem, Target target) {
    ConvGeometry g = problem.geometry();
    if (g.inputChannels() != g.groups()) {
      return Support.no("%d input channels in %d groups", g.inputChannels(), g.groups());
    }
    if (!(problem.layout() instanceof Dense)) {
      return Support.no("the weight's layout is %s, not dense", problem.layout().name());
    }
    if (problem.requantize().output() == DType.F32) {
      return Support.no("the output is F32");
    }
    return X86Isa.supportsAvx2(target);
  }

  @Override
  public HostProgram prepare(QConvProblem problem, PrepareContext context) {
    ConvPlanes planes = new ConvPlanes(problem.geometry(), false, 1);
    X86DepthwiseCode code = new X86DepthwiseCode(problem.requantize().output());
    return new Run(problem, planes, calls.of(code), offsets(planes));
  }

  /** Offsets of the taps; where their number is odd the last is there twice. */
  private static MemorySegment offsets(ConvPlanes planes) {
    int taps = planes.taps();
    MemorySegment offsets = Arena.ofAuto().allocate(4L * (taps + taps % 2), 8);
    for (int tap = 0; tap < taps + taps % 2; tap++) {
      offsets.set(Elements.I32, 4L * tap, planes.offset(Math.min(tap, taps - 1)));
    }
    return offsets;
  }

  private record Run(
      QConvProblem problem, ConvPlanes planes, GeneratedCall call, MemorySegment offsets)
      implements HostProgram {

    @Override
    public int phases() {
      return 2;
    }

    private long outputPlanes() {
      return problem.geometry().batch() * problem.geometry().outputChannels();
    }

    @Override
    public long workItems(int phase) {
      return Math.max(1, phase == 0 ? planes.planes() : outputPlanes());
    }

    @Override
    public long sharedBytes() {
      return planes.bytes();
    }

    private long resultsAt() {
      return Args.BYTES + 2L * (planes.taps() + 1) + 63 & -64;
    }

    private long tiles() {
      return (planes.positions() + X86DepthwiseCode.TILE - 1) / X86DepthwiseCode.TILE;
    }

    @Override
    public long scratchBytes() {
      return resultsAt() + tiles() * X86DepthwiseCode.TILE + 63 & -64;
    }

    @Override
    public void run(
        int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
      Requantize r = problem.requantize();
      if (phase == 0) {
        planes.build(a.inputValues(0), r.inputZeroPoint(), shared, from, to);
        return;
      }
      if (planes.positions() == 0) {
        return;
      }
      for (long i = 0; i < 32; i += 4) {
        scratch.set(Elements.F32, Args.LOW + i, r.low() - r.zeroPoint());
        scratch.set(Elements.F32, Args.HIGH + i, r.high() - r.zeroPoint());
        scratch.set(Elements.I32, Args.ZERO + i, r.zeroPoint());
      }
      scratch.set(Elements.I64, Args.OFFSETS, offsets.address());
      scratch.set(Elements.I64, Args.WEIGHTS, scratch.address() + Args.BYTES);
      scratch.set(Elements.I64, Args.PAIRS, (planes.taps() + 1) / 2);
      scratch.set(Elements.I64, Args.OUT, scratch.address() + resultsAt());
      scratch.set(Elements.I64, Args.TILES, tiles());
      for (long plane = from; plane < Math.min(to, outputPlanes()); plane++) {
        plane(a, shared, scratch, plane);
      }
    }

    private void plane(Arguments a, MemorySegment x, MemorySegment s, long plane) {
      ConvGeometry g = problem.geometry();
      int taps = planes.taps();
      long channel = plane % g.outputChannels();
      long perInput = g.outputChannels() / g.inputChannels();
      long source = plane / g.outputChannels() * g.inputChannels() + channel / perInput;
      int start = problem.bias() ? a.inputValues(3).get(Elements.I32, channel * 4) : 0;
      s.set(Elements.I16, Args.BYTES + 2L * taps, (short) 0);
      for (int tap = 0; tap < taps; tap++) {
        byte weight = a.inputValues(1).get(JAVA_BYTE, channel * taps + tap);
        s.set(Elements.I16, Args.BYTES + 2L * tap, weight);
        start -= problem.requantize().inputZeroPoint() * weight;
      }
      float scale = a.inputValues(2).get(Elements.F32, channel * 4);
      for (long i = 0; i < 32; i += 4) {
        s.set(Elements.I32, Args.START + i, start);
        s.set(Elements.F32, Args.SCALE + i, scale);
      }
      s.set(Elements.I64, Args.X, x.address() + source * planes.planeSize());
      call.run(s);
      int length = planes.runLength();
      long out = plane * planes.outputs();
      for (int run = 0; run < planes.runs(); run++) {
        long at = resultsAt() + planes.runStart(run);
        ByteCopy.copy(s, at, a.outputValues(0), out + (long) run * length, length);
      }
    }
  }
}
