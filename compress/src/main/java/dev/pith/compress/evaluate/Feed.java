package dev.pith.compress.evaluate;

import dev.pith.compress.data.Dataset;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns samples of a data set into inputs of a graph: adds the batch axis, converts element types,
 * and says clearly when shapes do not fit. Immutable, thread-safe.
 */
public final class Feed {

  private final Graph graph;
  private final Dataset data;

  /**
   * A feed.
   *
   * @param graph whose inputs are to be filled
   * @param data where the samples come from
   */
  public Feed(Graph graph, Dataset data) {
    this.graph = graph;
    this.data = data;
  }

  /**
   * Samples in one run: the graph's own batch size where it is fixed, {@code preferred} where it is
   * free.
   */
  public int batchSize(int preferred) throws IOException {
    Map<String, Tensor> sample = data.inputs(0);
    for (ValueInfo input : graph.inputs()) {
      if (input.dims() == null || input.dims().isEmpty()) {
        return 1;
      }
      Dim first = input.dims().get(0);
      boolean batched = input.dims().size() == value(sample, input).shape().rank() + 1;
      if (!batched) {
        return 1;
      }
      if (first.isKnown()) {
        return Math.toIntExact(Math.max(1, first.size()));
      }
    }
    return preferred;
  }

  /**
   * The inputs of one run over samples {@code from} to {@code from + count − 1}; past the end of
   * the data its last sample is repeated.
   *
   * @throws IllegalArgumentException if the samples do not fit the graph
   */
  public Map<String, Tensor> batch(int from, int count) throws IOException {
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(data.inputs(Math.min(from + i, data.size() - 1)));
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : graph.inputs()) {
      inputs.put(
          input.name(), stack(input, samples.stream().map(s -> value(s, input)).toList(), from));
    }
    return inputs;
  }

  /**
   * Up to {@code count} runs spread evenly over the data, one sample each unless the graph's batch
   * size is fixed; made as they are asked for.
   */
  public Iterable<Map<String, Tensor>> runs(int count) {
    int runs = Math.min(count, data.size());
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < runs;
          }

          @Override
          public Map<String, Tensor> next() {
            try {
              int from = (int) ((long) next++ * data.size() / runs);
              return batch(from, batchSize(1));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
  }

  private Tensor value(Map<String, Tensor> sample, ValueInfo input) {
    Tensor value =
        graph.inputs().size() == 1 && sample.size() == 1
            ? sample.values().iterator().next()
            : sample.get(input.name());
    if (value == null) {
      throw new IllegalArgumentException(
          "the data has no array for input " + input + "; it has " + sample.keySet());
    }
    return value;
  }

  private static Tensor stack(ValueInfo input, List<Tensor> samples, int from) {
    Shape shape = samples.get(0).shape();
    boolean batched = input.dims() == null || input.dims().size() == shape.rank() + 1;
    Shape whole = batched ? prefixed(samples.size(), shape) : shape;
    if (!fits(input, whole) || !batched && samples.size() > 1) {
      throw new IllegalArgumentException(
          "samples have shape "
              + shape
              + ", but the model's input is "
              + input
              + "; the settings layout, channels, resize and crop of the data change the shape");
    }
    Tensor stacked = Tensor.allocate(Arena.ofAuto(), input.dtype(), whole);
    long bytes = stacked.byteSize() / samples.size();
    for (int i = 0; i < samples.size(); i++) {
      Tensor sample = samples.get(i);
      if (!sample.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "sample "
                + (from + i)
                + " has shape "
                + sample.shape()
                + ", others "
                + shape
                + "; give images one size with resize and crop");
      }
      convert(sample, input, stacked.values().asSlice(i * bytes, bytes));
    }
    return stacked;
  }

  private static Shape prefixed(long count, Shape shape) {
    long[] dims = new long[shape.rank() + 1];
    dims[0] = count;
    System.arraycopy(shape.dims(), 0, dims, 1, shape.rank());
    return Shape.of(dims);
  }

  private static boolean fits(ValueInfo input, Shape shape) {
    if (input.dims() == null) {
      return true;
    }
    boolean fits = input.dims().size() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      Dim dim = input.dims().get(i);
      fits = !dim.isKnown() || dim.size() == shape.dim(i);
    }
    return fits;
  }

  private static void convert(Tensor from, ValueInfo input, MemorySegment to) {
    if (from.dtype() == input.dtype()) {
      MemorySegment.copy(from.values(), 0, to, 0, to.byteSize());
      return;
    }
    if (!mayConvert(from.dtype(), input.dtype())) {
      throw new IllegalArgumentException(
          "the data has elements of " + from.dtype() + ", but the model's input is " + input);
    }
    for (long i = 0; i < from.shape().elementCount(); i++) {
      Elements.setDouble(input.dtype(), to, i, from.getDouble(i));
    }
  }

  /** Between floating-point types, from integers to them, and from bytes of images to integers. */
  private static boolean mayConvert(DType from, DType to) {
    return to.isFloat()
        || from == DType.U8 && to.isInteger()
        || from == DType.I32 && to == DType.I64
        || from == DType.F32 && to == DType.U8;
  }
}
