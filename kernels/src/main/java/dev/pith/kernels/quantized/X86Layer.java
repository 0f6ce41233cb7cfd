package dev.pith.kernels.quantized;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.quantized.X86BlockCode.Args;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCall;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.X86Isa;
import java.lang.foreign.MemorySegment;

/**
 * A layer's weights, biases and scales as {@link X86BlockCode} wants them, with the code itself.
 * Immutable.
 *
 * @param requantize what becomes of sums
 * @param list how weights are kept
 * @param blocks the lists
 * @param starts biases and scales ({@link X86Epilogue})
 * @param code what the function does
 * @param call the function
 */
record X86Layer(
    Requantize requantize,
    X86BlockList list,
    MemorySegment blocks,
    MemorySegment starts,
    X86BlockCode code,
    GeneratedCall call) {

  /**
   * Packs the constants of a layer: weight (input 1), scale (2) and bias (3, maybe absent).
   *
   * @param calls makes the function
   * @param depth input channels of a group
   * @param groups groups of a convolution
   * @param geometry tells apart the forms of one weight used with different offsets
   * @param offsets where blocks' activations lie
   * @throws IllegalArgumentException if a constant is not known
   */
  static X86Layer prepare(
      GeneratedCalls calls,
      PrepareContext context,
      Requantize requantize,
      boolean hasBias,
      int depth,
      int groups,
      String geometry,
      X86BlockList.Offsets offsets) {
    X86Isa isa = X86Isa.best(context.target());
    Tensor weight = context.constant(1);
    Tensor scale = context.constant(2);
    Tensor bias = hasBias ? context.constant(3) : null;
    if (weight == null || scale == null || hasBias && bias == null) {
      throw new IllegalArgumentException("weight, scale and bias of an int8 layer must be known");
    }
    X86BlockList list = X86BlockList.plan(weight, depth, groups, isa::cost, isa.rowChoices());
    int zero = requantize.inputZeroPoint();
    String form = "x86_" + isa + "_" + list.rows() + "x4_" + geometry;
    String start =
        "x86_start_"
            + list.rows()
            + "_"
            + (isa.elementBytes() == 1 ? zero : 0)
            + "_"
            + scale.values().address()
            + "_"
            + (bias == null ? 0 : bias.values().address());
    X86BlockCode code = new X86BlockCode(isa, list.rows(), requantize.output());
    return new X86Layer(
        requantize,
        list,
        context.packed(1, form, arena -> list.pack(weight, depth, offsets, arena)),
        context.packed(
            1, start, arena -> X86Epilogue.pack(isa, list, weight, scale, bias, zero, arena)),
        code,
        calls.of(code));
  }

  /** Bytes of an element of the output. */
  int outputBytes() {
    return code.output() == DType.F32 ? 4 : 1;
  }

  /** Pixels of a tile. */
  int tile() {
    return code.pixels();
  }

  /** Fills in the arguments that stay the same. */
  void begin(MemorySegment args) {
    int zero = requantize.zeroPoint();
    for (long i = 0; i < 64; i += 4) {
      args.set(Elements.F32, Args.LOW + i, requantize.low() - zero);
      args.set(Elements.F32, Args.HIGH + i, requantize.high() - zero);
      args.set(Elements.I32, Args.ZERO + i, zero);
    }
    args.set(Elements.I64, Args.OFFSETS, blocks.address() + list.offsetsAt());
    args.set(Elements.I64, Args.WEIGHTS, blocks.address() + list.weightsAt());
  }

  /** Chooses {@code lists} lists of a group, from {@code first} on. */
  void choose(MemorySegment args, int group, int first, int lists) {
    long at = (long) group * list.lists() + first;
    long row = starts.address() + 4 * at * list.rows();
    args.set(Elements.I64, Args.STARTS, blocks.address() + 4 * at);
    args.set(Elements.I64, Args.BIAS, row);
    args.set(Elements.I64, Args.SCALE, row + starts.byteSize() / 2);
    args.set(Elements.I64, Args.GROUPS, lists);
  }

  /** Computes one tile: activations at address {@code x}, results at address {@code out}. */
  void tile(MemorySegment args, long x, long out, long outStride) {
    args.set(Elements.I64, Args.X, x);
    args.set(Elements.I64, Args.OUT, out);
    args.set(Elements.I64, Args.OUT_STRIDE, outStride);
    call.run(args);
  }
}
