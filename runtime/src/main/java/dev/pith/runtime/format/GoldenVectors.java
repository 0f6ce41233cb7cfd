package dev.pith.runtime.format;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws golden inputs, describes outputs, and compares them; FORMAT.md defines every step. All
 * methods are pure.
 */
public final class GoldenVectors {

  private static final int SAMPLES = 16;

  /** Bound of floating-point outputs, relative to their root mean square. */
  private static final double RELATIVE_BOUND = 1e-3;

  private GoldenVectors() {}

  /** SplitMix64 (Steele, Lea, Flood 2014): output {@code index} of the stream of {@code seed}. */
  static long random(long seed, long index) {
    long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** The seed of the stream of input (or, negative, of output) number {@code place}. */
  private static long stream(long seed, long place) {
    return random(seed, place) ^ 0x5851F42D4C957F2DL;
  }

  /**
   * Input number {@code place}.
   *
   * @param dtype the graph input's element type
   */
  public static Tensor input(long seed, int place, DType dtype, Golden.Input input) {
    long[] dims = input.dims().stream().mapToLong(Long::longValue).toArray();
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.of(dims));
    long stream = stream(seed, place);
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      double unit = (random(stream, i) >>> 11) * 0x1p-53;
      double value = input.low() + unit * (input.high() - input.low());
      Elements.setDouble(
          dtype, tensor.values(), i, dtype.isFloat() ? (float) value : Math.floor(value));
    }
    return tensor;
  }

  /** Indices of the elements of output {@code place} that are stored, of {@code count}. */
  public static List<Long> samplePlaces(long seed, int place, long count) {
    long stream = stream(seed, -1L - place);
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < Math.min(count, SAMPLES); i++) {
      places.add(Long.remainderUnsigned(random(stream, i), count));
    }
    return places;
  }

  /** What is to be stored of output {@code place}. */
  public static Golden.Output describe(long seed, int place, Tensor output) {
    List<Long> dims = new ArrayList<>();
    for (long dim : output.shape().dims()) {
      dims.add(dim);
    }
    if (!output.dtype().isFloat()) {
      return new Golden.Exact(output.dtype(), dims, hash(output.values()));
    }
    List<Float> samples = new ArrayList<>();
    for (long at : samplePlaces(seed, place, output.shape().elementCount())) {
      samples.add((float) output.getDouble(at));
    }
    double rms = rms(output);
    return new Golden.Near(
        output.dtype(), dims, (float) rms, (float) (rms * RELATIVE_BOUND), samples);
  }

  /** What is wrong with output {@code place}, or the empty string. */
  public static String compare(long seed, int place, Golden.Output expected, Tensor actual) {
    Golden.Output found = describe(seed, place, actual);
    if (found.dtype() != expected.dtype() || !found.dims().equals(expected.dims())) {
      return "is " + actual + ", not " + expected.dtype() + expected.dims();
    }
    if (expected instanceof Golden.Near near) {
      Golden.Near other = (Golden.Near) found;
      if (!(Math.abs(other.rms() - near.rms()) <= near.bound())) {
        return "has root mean square " + other.rms() + ", not " + near.rms() + " ± " + near.bound();
      }
      for (int i = 0; i < near.samples().size(); i++) {
        float value = other.samples().get(i);
        if (!(Math.abs(value - near.samples().get(i)) <= near.bound())) {
          return "element "
              + samplePlaces(seed, place, actual.shape().elementCount()).get(i)
              + " is "
              + value
              + ", not "
              + near.samples().get(i)
              + " ± "
              + near.bound();
        }
      }
      return "";
    }
    return found.equals(expected) ? "" : "has hash " + found + ", not " + expected;
  }

  private static double rms(Tensor output) {
    double sum = 0;
    long count = output.shape().elementCount();
    for (long i = 0; i < count; i++) {
      double value = output.getDouble(i);
      sum += value * value;
    }
    return count == 0 ? 0 : Math.sqrt(sum / count);
  }

  private static long hash(MemorySegment bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.asByteBuffer());
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
