package dev.pith.compress.cli;

import dev.pith.compress.measure.Benchmark;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a command that makes up its inputs gives a model: {@code --batch}, {@code --shape}. */
final class InputOption {

  @Option(names = "--batch", paramLabel = "N", description = "Samples in a run (default: 1).")
  private int batch = 1;

  @Option(
      names = "--shape",
      paramLabel = "NAME=DxD",
      description = "Shape of an input that the model leaves open, as x=1x3x224x224.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  /**
   * Runs with such inputs.
   *
   * @throws IllegalArgumentException if a number or a shape is none
   */
  Benchmark benchmark(String device, int threads, double seconds) {
    return new Benchmark(device, batch, threads, seconds, Shapes.parse(shapes));
  }
}
