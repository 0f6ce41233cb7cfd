package dev.pith.runtime.format;

import dev.pith.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Golden vectors as FORMAT.md, "Golden vectors", stores them. */
final class GoldenCodec {

  private static final int EXACT = 0;
  private static final int NEAR = 1;

  private GoldenCodec() {}

  static void write(HeaderBytes out, Golden golden) {
    out.fixed64(golden.seed()).unsigned(golden.symbols().size());
    golden.symbols().forEach((symbol, size) -> out.string(symbol).unsigned(size));
    out.unsigned(golden.inputs().size());
    for (Golden.Input input : golden.inputs()) {
      dims(out, input.dims());
      out.fixed64(Double.doubleToRawLongBits(input.low()));
      out.fixed64(Double.doubleToRawLongBits(input.high()));
    }
    out.unsigned(golden.outputs().size());
    for (Golden.Output output : golden.outputs()) {
      switch (output) {
        case Golden.Exact exact -> {
          out.u8(EXACT).u8(exact.dtype().code());
          dims(out, exact.dims());
          out.fixed64(exact.hash());
        }
        case Golden.Near near -> {
          out.u8(NEAR).u8(near.dtype().code());
          dims(out, near.dims());
          out.fixed32(Float.floatToRawIntBits(near.rms()));
          out.fixed32(Float.floatToRawIntBits(near.bound()));
          out.unsigned(near.samples().size());
          near.samples().forEach(sample -> out.fixed32(Float.floatToRawIntBits(sample)));
        }
      }
    }
  }

  private static void dims(HeaderBytes out, List<Long> dims) {
    out.unsigned(dims.size());
    dims.forEach(out::unsigned);
  }

  static Golden read(HeaderCursor in) {
    long seed = in.fixed64();
    Map<String, Long> symbols = new TreeMap<>();
    for (int i = in.count(2, "symbols"); i > 0; i--) {
      symbols.put(in.string(), in.length("a symbol's size"));
    }
    List<Golden.Input> inputs = new ArrayList<>();
    for (int i = in.count(17, "golden inputs"); i > 0; i--) {
      List<Long> dims = dims(in);
      double low = Double.longBitsToDouble(in.fixed64());
      double high = Double.longBitsToDouble(in.fixed64());
      try {
        inputs.add(new Golden.Input(dims, low, high));
      } catch (IllegalArgumentException e) {
        throw in.corrupt(e.getMessage(), e);
      }
    }
    List<Golden.Output> outputs = new ArrayList<>();
    for (int i = in.count(11, "golden outputs"); i > 0; i--) {
      outputs.add(output(in));
    }
    in.finish("golden vectors");
    return new Golden(seed, symbols, inputs, outputs);
  }

  private static Golden.Output output(HeaderCursor in) {
    int kind = in.u8();
    DType dtype = GraphDecoder.dtype(in, in.u8());
    List<Long> dims = dims(in);
    if (kind == EXACT) {
      return new Golden.Exact(dtype, dims, in.fixed64());
    }
    if (kind != NEAR) {
      throw in.corrupt("no golden output has kind " + kind);
    }
    float rms = Float.intBitsToFloat(in.fixed32());
    float bound = Float.intBitsToFloat(in.fixed32());
    List<Float> samples = new ArrayList<>();
    for (int i = in.count(4, "samples"); i > 0; i--) {
      samples.add(Float.intBitsToFloat(in.fixed32()));
    }
    return new Golden.Near(dtype, dims, rms, bound, samples);
  }

  private static List<Long> dims(HeaderCursor in) {
    List<Long> dims = new ArrayList<>();
    for (int i = in.count(1, "extents"); i > 0; i--) {
      dims.add(in.length("an extent"));
    }
    return dims;
  }
}
