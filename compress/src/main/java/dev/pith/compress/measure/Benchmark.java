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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times model files: opens them, runs each once (the first result), tunes, warms up until times are
 * steady and then runs one after another, several files in turns. Inputs are drawn from a fixed
 * seed: floating point uniform in [−1, 1), other types 0 or 1. Immutable, thread-safe.
 *
 * @param device as in session options
 * @param batch samples in a run where the model leaves that open
 * @param threads threads for one run; 0 for all processors
 * @param seconds time of the timed runs
 * @param shapes shapes of inputs by name, where the model leaves more than the batch open
 */
public record Benchmark(
    String device, int batch, int threads, double seconds, Map<String, Shape> shapes) {

  /** Turns; enough for intervals of ratios. */
  private static final int ROUNDS = 20;

  /** Seconds that a warm-up may take even where the timed runs are to take less. */
  private static final double LEAST_PATIENCE = 0.5;

  public Benchmark {
    shapes = Map.copyOf(shapes);
    if (batch < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "batch is " + batch + " and seconds is " + seconds + "; both must be positive");
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads is " + threads + "; 0 stands for all, else it must be positive");
    }
  }

  /**
   * Something to measure.
   *
   * @param engine what runs the file
   * @param file the model
   */
  public record Contender(Engine engine, Path file) {}

  /**
   * What was measured.
   *
   * @param measurements one for each contender, in their order
   * @param doubts what made the times doubtful, in sentences for people; empty where nothing did
   */
  public record Result(List<Measurement> measurements, List<String> doubts) {
    public Result {
      measurements = List.copyOf(measurements);
      doubts = List.copyOf(doubts);
    }
  }

  /**
   * Measures {@code file} with {@code engine}.
   *
   * @throws IllegalArgumentException if a shape is missing or does not fit
   */
  public Measurement measure(Engine engine, Path file) throws IOException {
    return measure(List.of(new Contender(engine, file))).measurements().get(0);
  }

  /**
   * Measures contenders in turns; all are open at the same time.
   *
   * @throws IllegalArgumentException if a shape is missing or does not fit
   */
  public Result measure(List<Contender> contenders) throws IOException {
    List<Run> runs = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        runs.add(open(contender));
      }
      MachineUse before = MachineUse.now();
      List<Timing> timings =
          new Interleaved(Math.max(seconds, LEAST_PATIENCE), seconds, ROUNDS).measure(runs);
      List<String> doubts = MachineUse.now().doubts(before, timings);
      List<Measurement> measurements = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        measurements.add(runs.get(i).measurement(timings.get(i), runs.size() == 1));
      }
      return new Result(measurements, doubts);
    } finally {
      runs.forEach(run -> run.opened.close());
    }
  }

  private Run open(Contender contender) throws IOException {
    ProcessMemory.resetPeak();
    long start = System.nanoTime();
    Engine.Opened opened = contender.engine().open(contender.file(), device, threads);
    boolean ready = false;
    try {
      Map<String, Tensor> inputs = inputs(opened.inputs());
      opened.run(inputs);
      double first = (System.nanoTime() - start) / 1e6;
      opened.tune(inputs);
      Run run = new Run(contender, opened, inputs, first, Files.size(contender.file()));
      ready = true;
      return run;
    } finally {
      if (!ready) {
        opened.close();
      }
    }
  }

  private record Run(
      Contender contender,
      Engine.Opened opened,
      Map<String, Tensor> inputs,
      double first,
      long fileBytes)
      implements Runnable {

    @Override
    public void run() {
      opened.run(inputs);
    }

    Measurement measurement(Timing timing, boolean isAlone) {
      int samples = samples(opened.inputs(), inputs);
      long peak = isAlone ? Receipt.peakRss() : -1;
      return new Measurement(
          contender.file().toString(),
          contender.engine().name(),
          opened.device(),
          samples,
          opened.threads(),
          timing,
          samples * timing.runs() / timing.seconds(),
          first,
          fileBytes,
          opened.residentWeightBytes(),
          opened.workspaceBytes(),
          ProcessMemory.allocated(this),
          peak);
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
