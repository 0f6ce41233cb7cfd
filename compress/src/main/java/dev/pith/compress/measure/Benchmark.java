package dev.pith.compress.measure;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times a model file: opens it, runs it once (the first result), warms up for a fifth of the time
 * and then runs one after another. Inputs are drawn from a fixed seed: floating point uniform in
 * [−1, 1), other types 0 or 1. Immutable, thread-safe.
 *
 * @param device as in session options
 * @param batch samples in a run where the model leaves that open
 * @param threads threads for one run; 0 for all processors
 * @param seconds time of the timed runs
 * @param shapes shapes of inputs by name, where the model leaves more than the batch open
 */
public record Benchmark(
    String device, int batch, int threads, double seconds, Map<String, Shape> shapes) {

  private static final int MAX_RUNS = 1 << 20;

  public Benchmark {
    shapes = Map.copyOf(shapes);
    if (batch < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "batch is " + batch + " and seconds is " + seconds + "; both must be positive");
    }
  }

  /**
   * Measures {@code file} with {@code engine}.
   *
   * @throws IllegalArgumentException if a shape is missing or does not fit
   */
  public Measurement measure(Engine engine, Path file) throws IOException {
    ProcessMemory.resetPeak();
    long start = System.nanoTime();
    try (Engine.Opened opened = engine.open(file, device, threads)) {
      Map<String, Tensor> inputs = inputs(opened.inputs());
      opened.run(inputs);
      double first = (System.nanoTime() - start) / 1e6;
      long warmEnd = System.nanoTime() + (long) (seconds * 2e8);
      while (System.nanoTime() < warmEnd) {
        opened.run(inputs);
      }
      long[] nanos = new long[1024];
      int runs = 0;
      long begin = System.nanoTime();
      long end = begin + (long) (seconds * 1e9);
      long now = begin;
      while (now < end && runs < MAX_RUNS) {
        opened.run(inputs);
        long after = System.nanoTime();
        nanos = runs < nanos.length ? nanos : Arrays.copyOf(nanos, 2 * runs);
        nanos[runs++] = after - now;
        now = after;
      }
      int samples = samples(opened.inputs(), inputs);
      return new Measurement(
          file.toString(),
          engine.name(),
          opened.device(),
          samples,
          opened.threads(),
          runs,
          Percentiles.of(Arrays.copyOf(nanos, runs)),
          samples * (runs * 1e9 / (now - begin)),
          first,
          Files.size(file),
          opened.residentWeightBytes(),
          opened.workspaceBytes(),
          Receipt.peakRss());
    }
  }

  private static int samples(List<ValueInfo> declared, Map<String, Tensor> inputs) {
    Shape first = inputs.get(declared.get(0).name()).shape();
    return first.rank() == 0 ? 1 : first.dimInt(0);
  }

  /** Inputs of the right types and shapes, with fixed random values. */
  public Map<String, Tensor> inputs(List<ValueInfo> declared) {
    for (String name : shapes.keySet()) {
      if (declared.stream().noneMatch(input -> input.name().equals(name))) {
        throw new IllegalArgumentException(
            "the model has no input " + name + "; its inputs are " + declared);
      }
    }
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : declared) {
      Tensor tensor = Tensor.allocate(Arena.ofAuto(), input.dtype(), shape(input));
      for (long i = 0; i < tensor.shape().elementCount(); i++) {
        double value = input.dtype().isFloat() ? random.nextDouble(-1, 1) : random.nextInt(2);
        Elements.setDouble(input.dtype(), tensor.values(), i, value);
      }
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }

  private Shape shape(ValueInfo input) {
    if (shapes.containsKey(input.name())) {
      return shapes.get(input.name());
    }
    boolean open = input.dims() == null;
    for (int i = 1; !open && i < input.dims().size(); i++) {
      open = !input.dims().get(i).isKnown();
    }
    if (open) {
      throw new IllegalArgumentException(
          "input " + input + " leaves extents open; pass --shape " + input.name() + "=1x3x224x224");
    }
    long[] dims = input.dims().stream().mapToLong(Dim::size).toArray();
    if (dims.length > 0 && dims[0] < 0) {
      dims[0] = batch;
    }
    if (dims.length > 0 && input.dims().get(0).isKnown() && batch > 1 && dims[0] != batch) {
      throw new IllegalArgumentException(
          "input "
              + input
              + " fixes the batch at "
              + dims[0]
              + "; --batch "
              + batch
              + " is not possible");
    }
    return Shape.of(dims);
  }
}
