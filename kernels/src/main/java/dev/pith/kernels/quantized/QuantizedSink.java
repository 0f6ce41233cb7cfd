package dev.pith.kernels.quantized;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvPlanes;
import dev.pith.kernels.tensor.ByteCopy;
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
    int run = planes.firstRun(position);
    int length = planes.runLength();
    int ahead = position - planes.runStart(run);
    if (ahead >= 0 && ahead + tile.width() <= length) {
      quantize(s, acc, scale, y, out + (long) run * length + ahead);
      return;
    }
    quantize(s, acc, scale, s, staging);
    for (; run < planes.runs() && planes.runStart(run) < position + count; run++) {
      int start = planes.runStart(run);
      int from = Math.max(start, position);
      int end = Math.min(start + length, position + count);
      long to = out + (long) run * length + from - start;
      ByteCopy.copy(s, staging + from - position, y, to, end - from);
    }
  }

  private void quantize(MemorySegment s, long acc, float scale, MemorySegment to, long at) {
    tile.requantize(
        s, acc, scale, requantize.zeroPoint(), requantize.low(), requantize.high(), to, at);
  }

  private void storeFloats(
      MemorySegment s, long acc, float scale, MemorySegment y, long out, int position, int count) {
    int lanes = tile.lanes();
    int length = planes.runLength();
    int run = planes.firstRun(position);
    for (; run < planes.runs() && planes.runStart(run) < position + count; run++) {
      int start = planes.runStart(run);
      int end = Math.min(start + length, position + count);
      for (int at = Math.max(start, position); at < end; at++) {
        int i = at - position;
        int sum = s.get(Elements.I32, acc + ((i & 3) * lanes + (i >> 2)) * 4L);
        y.set(Elements.F32, (out + (long) run * length + at - start) * 4, (float) sum * scale);
      }
    }
  }
}
