package dev.pith.kernels.quantized;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Arguments;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quantized.X86DynamicCode.Args;
import dev.pith.kernels.quantized.X86DynamicCode.Step;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Runs {@link X86DynamicConv}: the first phase quantizes images, then come the phases of each
 * piece's convolution, the last finishes one channel of one image an item. Shared memory: scales,
 * integers as floats, sums of each piece, what convolutions share.
 */
final class DynamicConvRun implements HostProgram {

  private final ConvGeometry geometry;
  private final Epilogue epilogue;
  private final List<HostProgram> pieces;
  private final GeneratedCall range;
  private final GeneratedCall quantize;
  private final GeneratedCall finish;

  DynamicConvRun(DynamicConvProblem problem, List<HostProgram> pieces, GeneratedCalls calls) {
    this.geometry = problem.geometry();
    this.epilogue = problem.epilogue();
    this.pieces = List.copyOf(pieces);
    this.range = calls.of(new X86DynamicCode(Step.RANGE, 1));
    this.quantize = calls.of(new X86DynamicCode(Step.QUANTIZE, 1));
    this.finish = calls.of(new X86DynamicCode(Step.FINISH, pieces.size()));
  }

  private long inputs() {
    return geometry.inputChannels() * geometry.inputPixels();
  }

  private long valuesAt() {
    return 4 * geometry.batch() + 63 & -64;
  }

  private long sumsAt() {
    return valuesAt() + (4 * geometry.batch() * inputs() + 63 & -64);
  }

  private long sumBytes() {
    return 4 * geometry.batch() * geometry.outputChannels() * geometry.outputPixels() + 63 & -64;
  }

  private long ownAt() {
    return sumsAt() + pieces.size() * sumBytes();
  }

  @Override
  public int phases() {
    return 2 + pieces.stream().mapToInt(HostProgram::phases).sum();
  }

  @Override
  public long workItems(int phase) {
    if (phase == 0) {
      return Math.max(1, geometry.batch());
    }
    int rest = phase - 1;
    for (HostProgram piece : pieces) {
      if (rest < piece.phases()) {
        return piece.workItems(rest);
      }
      rest -= piece.phases();
    }
    return Math.max(1, geometry.batch() * geometry.outputChannels());
  }

  @Override
  public long sharedBytes() {
    return ownAt() + pieces.stream().mapToLong(HostProgram::sharedBytes).max().orElse(0);
  }

  @Override
  public long scratchBytes() {
    long most = pieces.stream().mapToLong(HostProgram::scratchBytes).max().orElse(0);
    return Math.max(Args.BYTES, most);
  }

  @Override
  public void run(
      int phase, Arguments a, MemorySegment shared, MemorySegment scratch, long from, long to) {
    if (phase == 0) {
      for (long image = from; image < Math.min(to, geometry.batch()); image++) {
        quantize(a.inputValues(0), shared, scratch, image);
      }
      return;
    }
    int rest = phase - 1;
    for (int i = 0; i < pieces.size(); i++) {
      HostProgram piece = pieces.get(i);
      if (rest < piece.phases()) {
        MemorySegment own = shared.asSlice(ownAt());
        piece.run(rest, operands(shared, i), own, scratch, from, to);
        return;
      }
      rest -= piece.phases();
    }
    finish(a, shared, scratch, from, to);
  }

  private Arguments operands(MemorySegment shared, int piece) {
    MemorySegment values = shared.asSlice(valuesAt(), 4 * geometry.batch() * inputs());
    long outputs = geometry.outputShape().elementCount();
    MemorySegment sums = shared.asSlice(sumsAt() + piece * sumBytes(), 4 * outputs);
    return new Arguments(
        new Tensor[] {Tensor.dense(DType.F32, geometry.inputShape(), values)},
        new Tensor[] {Tensor.dense(DType.F32, geometry.outputShape(), sums)});
  }

  private void quantize(MemorySegment x, MemorySegment shared, MemorySegment args, long image) {
    if (inputs() == 0) {
      return;
    }
    args.set(Elements.I64, Args.X, x.address() + 4 * image * inputs());
    args.set(Elements.I64, Args.Y, args.address() + Args.BIAS);
    args.set(Elements.I64, Args.LENGTH, inputs());
    range.run(args);
    float min = args.get(Elements.F32, Args.BIAS);
    float scale = DynamicRange.scale(min, args.get(Elements.F32, Args.BIAS + 4));
    int zero = DynamicRange.zeroPoint(min, scale);
    shared.set(Elements.F32, 4 * image, scale);
    fill(args, Args.SCALE, scale);
    fill(args, Args.LOW, -zero);
    fill(args, Args.HIGH, 255 - zero);
    args.set(Elements.I64, Args.Y, shared.address() + valuesAt() + 4 * image * inputs());
    quantize.run(args);
  }

  private static void fill(MemorySegment args, int at, float value) {
    for (int i = 0; i < 8; i++) {
      args.set(Elements.F32, at + 4L * i, value);
    }
  }

  private void finish(Arguments a, MemorySegment shared, MemorySegment args, long from, long to) {
    long pixels = geometry.outputPixels();
    long channels = geometry.outputChannels();
    Activation activation = epilogue.activation();
    boolean clip = activation.kind() == Activation.Kind.CLIP;
    boolean relu = activation.kind() == Activation.Kind.RELU;
    fill(args, Args.LOW, clip ? activation.alpha() : relu ? 0 : Float.NEGATIVE_INFINITY);
    fill(args, Args.HIGH, clip ? activation.beta() : Float.POSITIVE_INFINITY);
    // Adding −0 changes no number, not even −0.
    fill(args, Args.BIAS, -0f);
    for (long plane = from; plane < Math.min(to, geometry.batch() * channels); plane++) {
      long channel = plane % channels;
      float scale = shared.get(Elements.F32, 4 * (plane / channels));
      fill(args, Args.SCALE, scale * a.inputValues(2).get(Elements.F32, 4 * channel));
      if (epilogue.bias()) {
        fill(args, Args.BIAS, a.inputValues(3).get(Elements.F32, 4 * channel));
      }
      long at = 4 * plane * pixels;
      long residual = epilogue.residual() ? a.inputValues(4).address() + at : 0;
      args.set(Elements.I64, Args.X, shared.address() + sumsAt() + at);
      args.set(Elements.I64, Args.Y, a.outputValues(0).address() + at);
      args.set(Elements.I64, Args.LENGTH, pixels);
      args.set(Elements.I64, Args.PIECE, sumBytes());
      args.set(Elements.I64, Args.RESIDUAL, residual);
      finish.run(args);
    }
  }
}
