package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Requantizes finished sums (scales are input 2) and stores them where the output has them. */
record QuantizedSink(Int8Tile tile, ConvPlanes planes, Requantize requantize, long channels)
    implements ConvTiles.Sink {

  @Override
  public void store(
      Arguments a,
      MemorySegment shared,
      MemorySegment s,
      long staging,
      long acc,
      long image,
      long channel,
      int position,
      int count) {
    MemorySegment y = a.outputValues(0);
    float scale = a.inputValues(2).get(Elements.F32, channel * 4);
    long out = (image * channels + channel) * planes.outputs();
    if (requantize.output() == DType.F32) {
      storeFloats(s, acc, scale, y, out, position, count);
      return;
    }
    int at = planes.nextRun(position);
    int run = Math.min(planes.runLength(at), position + count - at);
    if (at == position && run == tile.width()) {
      quantize(s, acc, scale, y, out + planes.outputIndex(at));
      return;
    }
    quantize(s, acc, scale, s, staging);
    while (at < position + count) {
      run = Math.min(planes.runLength(at), position + count - at);
      MemorySegment.copy(s, staging + at - position, y, out + planes.outputIndex(at), run);
      at = planes.nextRun(at + run);
    }
  }

  private void quantize(MemorySegment s, long acc, float scale, MemorySegment to, long at) {
    tile.requantize(
        s, acc, scale, requantize.zeroPoint(), requantize.low(), requantize.high(), to, at);
  }

  private void storeFloats(
      MemorySegment s, long acc, float scale, MemorySegment y, long out, int position, int count) {
    int lanes = tile.lanes();
    int at = planes.nextRun(position);
    while (at < position + count) {
      int run = Math.min(planes.runLength(at), position + count - at);
      long to = out + planes.outputIndex(at);
      for (int i = at - position; i < at - position + run; i++) {
        int sum = s.get(Elements.I32, acc + ((i & 3) * lanes + (i >> 2)) * 4L);
        y.set(Elements.F32, to++ * 4, (float) sum * scale);
      }
      at = planes.nextRun(at + run);
    }
  }
}
