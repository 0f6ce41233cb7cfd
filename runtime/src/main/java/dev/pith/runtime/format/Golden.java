package dev.pith.runtime.format;

import dev.pith.kernels.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Inputs that anyone can make again, and what the model answers to them. Immutable.
 *
 * @param seed seed of the inputs
 * @param symbols sizes of symbolic extents
 * @param inputs how each graph input is drawn, in declared order
 * @param outputs what is expected of each graph output, in declared order
 */
public record Golden(
    long seed, Map<String, Long> symbols, List<Input> inputs, List<Output> outputs) {

  public Golden {
    symbols = java.util.Collections.unmodifiableMap(new TreeMap<>(symbols));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * One input: elements are drawn from {@code low} (inclusive) to {@code high} (exclusive).
   *
   * @param dims extents
   * @param low least value
   * @param high bound of the values
   */
  public record Input(List<Long> dims, double low, double high) {
    public Input {
      dims = List.copyOf(dims);
      if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException("golden inputs from " + low + " to " + high);
      }
    }
  }

  /** What is expected of one output. */
  public sealed interface Output {
    /** Element type. */
    DType dtype();

    /** Extents. */
    List<Long> dims();
  }

  /**
   * An output that must have exactly these bytes on every device.
   *
   * @param hash first 8 bytes of the SHA-256 of the little-endian elements, big-endian
   */
  public record Exact(DType dtype, List<Long> dims, long hash) implements Output {
    public Exact {
      dims = List.copyOf(dims);
    }
  }

  /**
   * A floating-point output, which devices compute within a bound.
   *
   * @param rms root of the mean square of all elements
   * @param bound how far {@code rms} and each sample may be off
   * @param samples elements at the places {@link GoldenVectors#samplePlaces} draws
   */
  public record Near(DType dtype, List<Long> dims, float rms, float bound, List<Float> samples)
      implements Output {
    public Near {
      dims = List.copyOf(dims);
      samples = List.copyOf(samples);
    }
  }
}
