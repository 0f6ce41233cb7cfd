package dev.pith.compress.cli;

import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Benchmark.Contender;
import dev.pith.compress.measure.Engine;
import dev.pith.compress.measure.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith bench}: speed and memory of models. */
@Command(
    name = "bench",
    description = "Measures latency, throughput and memory.",
    footer = {
      "",
      "Each file is opened and run once; then Pith times its kernels, unless pith.tuning says",
      "otherwise, and it is warmed up until its times are steady and run one run after another.",
      "Engine ort is ONNX Runtime; of several engines it runs the .onnx files only.",
      "With --compare all of them are open at once and take turns; each is compared with the"
          + " first,",
      "with a 95 %% interval. It covers what varied within this process.",
      "Examples:",
      "  pith bench net.onnx net.pith --threads 2 --seconds 5",
      "  pith bench net.onnx net.pith --compare --engine ort,pith",
      "  pith bench net.onnx --engine ort --batch 8 --json"
    })
final class BenchCommand extends CliCommand {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Models, .pith or .onnx.")
  private List<Path> files;

  @Option(
      names = "--engine",
      paramLabel = "E",
      split = ",",
      description = "What runs the files: pith (default), ort; several in turn as pith,ort.")
  private List<String> engines = List.of("pith");

  @Option(names = "--device", paramLabel = "D", description = "auto, cpu, cuda, opencl, cuda:1 …")
  private String device;

  @Mixin private InputOption input;

  @Option(names = "--threads", paramLabel = "N", description = "Threads of a run (default: all).")
  private int threads;

  @Option(names = "--seconds", paramLabel = "S", description = "Time of the runs (default: 3).")
  private double seconds = 3;

  @Option(
      names = "--compare",
      description = "Let all take turns, and say how much faster each is than the first.")
  private boolean compare;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    Benchmark benchmark = input.benchmark(device, threads, seconds);
    List<Contender> contenders = contenders();
    if (compare && contenders.size() < 2) {
      throw new IllegalArgumentException(
          "--compare needs two files or engines and has " + contenders.size());
    }
    List<Measurement> results = new ArrayList<>();
    Set<String> doubts = new LinkedHashSet<>();
    List<List<Contender>> together =
        compare ? List.of(contenders) : contenders.stream().map(List::of).toList();
    for (List<Contender> group : together) {
      Benchmark.Result result = benchmark.measure(group);
      results.addAll(result.measurements());
      doubts.addAll(result.doubts());
    }
    if (json) {
      printJson(out -> BenchJson.write(out, results, comparisons(results), doubts));
    } else {
      printTable(results);
      comparisons(results).forEach(comparison -> print(comparison.sentence()));
      doubts.forEach(doubt -> note("pith: " + doubt));
    }
    return Failures.DONE;
  }

  private List<Contender> contenders() {
    List<Contender> contenders = new ArrayList<>();
    for (Path file : files) {
      for (String name : engines) {
        Engine engine = engine(name);
        if (engine.reads(file) || engines.size() == 1) {
          contenders.add(new Contender(engine, file));
        }
      }
    }
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("none of " + engines + " reads any of " + files);
    }
    return contenders;
  }

  /** Each of the others against the first. */
  private List<Comparison> comparisons(List<Measurement> results) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 1; compare && i < results.size(); i++) {
      comparisons.add(Comparison.of(results.get(i), results.get(0)));
    }
    return comparisons;
  }

  private Engine engine(String name) {
    for (Engine engine : root().engines()) {
      if (engine.name().equals(name)) {
        return engine;
      }
    }
    throw new IllegalArgumentException(
        "there is no engine "
            + name
            + " here; there are "
            + root().engines().stream().map(Engine::name).toList());
  }

  private void printTable(List<Measurement> results) {
    Table speed = new Table("FILE", "ENGINE", "p50 ms", "p90", "p95", "p99", "p99.9", "per s");
    for (Measurement m : results) {
      speed.row(
          m.path(),
          m.engine(),
          Units.digits(m.latency().p50()),
          Units.digits(m.latency().p90()),
          Units.digits(m.latency().p95()),
          Units.digits(m.latency().p99()),
          Units.digits(m.latency().p999()),
          Units.digits(m.throughput()));
    }
    print(speed);
    print("");
    Table start =
        new Table("FILE", "ENGINE", "FIRST RESULT ms", "WARM-UP s", "RUNS", "FROM ms", "TO ms");
    for (Measurement m : results) {
      start.row(
          m.path(),
          m.engine(),
          Units.digits(m.firstResultMillis()),
          Units.digits(m.timing().warmUp().millis() / 1000),
          Integer.toString(m.timing().warmUp().runs()),
          Units.digits(m.timing().warmUp().firstMillis()),
          m.timing().warmUp().isSteady() ? Units.digits(m.latency().p50()) : "not steady");
    }
    print(start);
    print("");
    Table memory =
        new Table("FILE", "ENGINE", "FILE SIZE", "WEIGHTS", "WORKSPACE", "HEAP/RUN", "PEAK RSS");
    for (Measurement m : results) {
      memory.row(
          m.path(),
          m.engine(),
          Units.bytes(m.fileBytes()),
          Units.bytes(m.residentWeightBytes()),
          Units.bytes(m.workspaceBytes()),
          Units.bytes(m.allocatedBytes()),
          Units.bytes(m.peakRssBytes()));
    }
    print(memory);
    Measurement first = results.get(0);
    print("");
    print(
        "device "
            + first.device()
            + ", batch "
            + first.batch()
            + ", threads "
            + first.threads()
            + "; weights are those held while running, in every form"
            + (compare ? "; memory of the process is shared, so it has no peak for each" : ""));
  }
}
