package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Engine;
import dev.pith.compress.measure.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith bench}: speed and memory of models. */
@Command(
    name = "bench",
    description = "Measures latency, throughput and memory.",
    footer = {
      "",
      "Each file is opened, run once, warmed up for a fifth of the time, then run one run after",
      "another. Engine ort is ONNX Runtime; of several engines it runs the .onnx files only.",
      "Examples:",
      "  pith bench net.onnx net.pith --threads 2 --seconds 5",
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

  @Option(names = "--batch", paramLabel = "N", description = "Samples in a run (default: 1).")
  private int batch = 1;

  @Option(names = "--threads", paramLabel = "N", description = "Threads of a run (default: all).")
  private int threads;

  @Option(names = "--seconds", paramLabel = "S", description = "Time of the runs (default: 3).")
  private double seconds = 3;

  @Option(
      names = "--shape",
      paramLabel = "NAME=DxD",
      description = "Shape of an input that the model leaves open, as x=1x3x224x224.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    Benchmark benchmark = new Benchmark(device, batch, threads, seconds, Shapes.parse(shapes));
    List<Measurement> results = new ArrayList<>();
    for (Path file : files) {
      for (String name : engines) {
        Engine engine = engine(name);
        if (engine.reads(file) || engines.size() == 1) {
          results.add(benchmark.measure(engine, file));
        }
      }
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException("none of " + engines + " reads any of " + files);
    }
    if (json) {
      printJson(out -> writeJson(out, results));
    } else {
      printTable(results);
    }
    return Failures.DONE;
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

  private static void writeJson(JsonGenerator out, List<Measurement> results) throws IOException {
    out.writeArrayFieldStart("results");
    for (Measurement m : results) {
      out.writeStartObject();
      out.writeStringField("path", m.path());
      out.writeStringField("engine", m.engine());
      out.writeStringField("device", m.device());
      out.writeNumberField("batch", m.batch());
      out.writeNumberField("threads", m.threads());
      out.writeNumberField("runs", m.runs());
      out.writeObjectFieldStart("latency_ms");
      out.writeNumberField("p50", m.latency().p50());
      out.writeNumberField("p90", m.latency().p90());
      out.writeNumberField("p95", m.latency().p95());
      out.writeNumberField("p99", m.latency().p99());
      out.writeNumberField("p999", m.latency().p999());
      out.writeEndObject();
      out.writeNumberField("throughput_per_s", m.throughput());
      out.writeNumberField("first_result_ms", m.firstResultMillis());
      out.writeNumberField("file_bytes", m.fileBytes());
      Json.known(out, "resident_weight_bytes", m.residentWeightBytes());
      Json.known(out, "workspace_bytes", m.workspaceBytes());
      Json.known(out, "peak_rss_bytes", m.peakRssBytes());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void printTable(List<Measurement> results) {
    Table speed =
        new Table("FILE", "ENGINE", "p50 ms", "p90", "p95", "p99", "p99.9", "per s", "first ms");
    for (Measurement m : results) {
      speed.row(
          m.path(),
          m.engine(),
          Units.digits(m.latency().p50()),
          Units.digits(m.latency().p90()),
          Units.digits(m.latency().p95()),
          Units.digits(m.latency().p99()),
          Units.digits(m.latency().p999()),
          Units.digits(m.throughput()),
          Units.digits(m.firstResultMillis()));
    }
    print(speed);
    print("");
    Table memory = new Table("FILE", "ENGINE", "FILE SIZE", "WEIGHTS", "WORKSPACE", "PEAK RSS");
    for (Measurement m : results) {
      memory.row(
          m.path(),
          m.engine(),
          Units.bytes(m.fileBytes()),
          Units.bytes(m.residentWeightBytes()),
          Units.bytes(m.workspaceBytes()),
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
            + "; weights are those held while running, in every form");
  }
}
