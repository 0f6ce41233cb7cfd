package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.runtime.Session;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith explain}: which kernel runs each layer, and why. */
@Command(
    name = "explain",
    description = "Shows which kernel runs each layer, the others, and why they were not chosen.",
    footer = {"", "Example:", "  pith explain net.pith --threads 2 --batch 8"})
final class ExplainCommand extends CliCommand {

  @Parameters(paramLabel = "FILE", description = "Model, .pith or .onnx.")
  private Path file;

  @Option(names = "--device", paramLabel = "D", description = "auto, cpu, cuda, opencl, cuda:1 …")
  private String device;

  @Option(names = "--batch", paramLabel = "N", description = "Samples in a run (default: 1).")
  private int batch = 1;

  @Option(names = "--threads", paramLabel = "N", description = "Threads of a run (default: all).")
  private int threads;

  @Option(
      names = "--shape",
      paramLabel = "NAME=DxD",
      description = "Shape of an input that the model leaves open, as x=1x3x224x224.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    Benchmark inputs = new Benchmark(device, batch, threads, 1, Shapes.parse(shapes));
    try (OpenModel opened = OpenModel.open(file);
        Session session = opened.model().newSession(options(device, threads))) {
      Plan plan = session.plan(inputs.inputs(opened.model().graph().inputs()));
      if (plan == null) {
        print("shapes in this model depend on data: it is evaluated node by node, without a plan");
        return Failures.DONE;
      }
      if (json) {
        printJson(out -> writeJson(out, session, plan));
      } else {
        printPlan(session, plan);
      }
    }
    return Failures.DONE;
  }

  private void printPlan(Session session, Plan plan) {
    print(
        "device "
            + session.device().description()
            + "; workspace "
            + Units.bytes(plan.memory().byteSize()));
    print("");
    for (Step step : plan.steps()) {
      Selection selection = step.selection();
      print(
          step.node().name() + ": " + selection.chosen().name() + " (" + selection.reason() + ")");
      print("    " + step.problem());
      for (Selection.Candidate candidate : selection.candidates()) {
        if (candidate.refusal().isEmpty() && candidate.nanos() >= 0) {
          print("    " + candidate.name() + ": " + Units.digits(candidate.nanos() / 1e3) + " us");
        } else if (!candidate.refusal().isEmpty()) {
          print("    not " + candidate.name() + ": " + candidate.refusal());
        }
      }
    }
  }

  private void writeJson(JsonGenerator out, Session session, Plan plan) throws IOException {
    out.writeStringField("path", file.toString());
    out.writeStringField("device", deviceName(session));
    out.writeNumberField("threads", session.device().target().threads());
    out.writeNumberField("workspace_bytes", plan.memory().byteSize());
    out.writeArrayFieldStart("steps");
    for (Step step : plan.steps()) {
      out.writeStartObject();
      out.writeStringField("name", step.node().name());
      out.writeStringField("op", step.node().op().name());
      out.writeStringField("problem", step.problem().toString());
      out.writeStringField("kernel", step.selection().chosen().name());
      out.writeStringField("reason", step.selection().reason());
      out.writeArrayFieldStart("candidates");
      for (Selection.Candidate candidate : step.selection().candidates()) {
        out.writeStartObject();
        out.writeStringField("kernel", candidate.name());
        if (candidate.nanos() >= 0) {
          out.writeNumberField("nanos", candidate.nanos());
        }
        if (!candidate.refusal().isEmpty()) {
          out.writeStringField("refusal", candidate.refusal());
        }
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
