package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner.KernelSelector;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Step;
import dev.pith.runtime.plan.StepText;
import dev.pith.runtime.plan.tune.SparsityProbe;
import dev.pith.runtime.plan.tune.WeightLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith explain}: which kernel runs each layer, and why. */
@Command(
    name = "explain",
    description = "Shows which kernel runs each layer, the others, and why they were not chosen.",
    footer = {
      "",
      "Only kernels that give the same bits compete. For each layer with weights it also times",
      "random sparse weights and says from which part of zeros on they would be faster.",
      "--json: steps with name, op, problem, kernel, reason, nanos (of its kernel), candidates",
      "(kernel, nanos or refusal) and, for layers with weights, layout, sparsity and sparse:"
          + " layout,",
      "pays_from (fraction of zeros, null for never), dense_nanos, points (sparsity, nanos).",
      "Example:",
      "  pith explain net.pith --threads 2 --batch 8"
    })
final class ExplainCommand extends CliCommand {

  @Parameters(paramLabel = "FILE", description = "Model, .pith or .onnx.")
  private Path file;

  @Mixin private SessionOption on;

  @Mixin private InputOption input;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(
      names = "--tuning",
      paramLabel = "MODE",
      description = {
        "measured (default) times every kernel; quick, cached and preferred show what a session",
        "with that tuning does."
      })
  private String tuning = "measured";

  @Override
  int run() throws IOException {
    Benchmark inputs = input.benchmark(on.device(), on.threads(), 1);
    SessionOptions options = on.options().withSelection(KernelSelection.parse(tuning));
    try (OpenModel opened = OpenModel.open(file);
        Session session = opened.model().newSession(options)) {
      Plan plan = session.plan(inputs.inputs(opened.model().graph().inputs()));
      if (plan == null) {
        print("shapes in this model depend on data: it is evaluated node by node, without a plan");
        return Failures.DONE;
      }
      KernelSelector selector = session.device().selector();
      List<Row> rows = new ArrayList<>();
      try (Progress progress = Progress.start(terminal(), "timing", plan.steps().size())) {
        for (Step step : plan.steps()) {
          rows.add(Row.of(step, selector));
          progress.at(rows.size());
        }
      }
      selector.finish();
      if (json) {
        printJson(out -> writeJson(out, session, plan, rows));
      } else {
        printPlan(session, plan, rows);
      }
    }
    return Failures.DONE;
  }

  /** A step, the time of its kernel (−1 if unknown), and at which sparsity it would be faster. */
  private record Row(Step step, long nanos, List<SparsityProbe.Verdict> verdicts) {

    static Row of(Step step, KernelSelector selector) {
      Operands operands = new Operands(step.constants(), step.inputs(), step.outputs());
      long known = step.selection().nanos();
      long nanos = known >= 0 ? known : selector.time(step.problem(), operands);
      return new Row(step, nanos, SparsityProbe.of(step, selector));
    }
  }

  private void printPlan(Session session, Plan plan, List<Row> rows) {
    print(
        "device "
            + session.device().description()
            + "; workspace "
            + Units.bytes(plan.memory().byteSize()));
    long total = rows.stream().mapToLong(Row::nanos).filter(nanos -> nanos > 0).sum();
    for (Row row : rows) {
      print("");
      StepText.lines(row.step).forEach(this::print);
      if (row.nanos >= 0) {
        print(
            "    takes "
                + StepText.micros(row.nanos)
                + ", "
                + whole((double) row.nanos / total)
                + " of all steps");
      }
      row.verdicts.forEach(verdict -> print("    " + sentence(verdict)));
      weight(row.step).ifPresent(weight -> print("    " + held(weight, row)));
    }
  }

  private static Optional<Tensor> weight(Step step) {
    return Optional.ofNullable(WeightLayout.weight(step));
  }

  /** How the weight is held, and whether that pays. */
  private static String held(Tensor weight, Row row) {
    String layout = weight.layout().name();
    double zeros = 1 - Layers.density(weight);
    String text = "its weight is " + layout + " with " + whole(zeros) + " zeros";
    for (SparsityProbe.Verdict verdict : row.verdicts) {
      if (verdict.layout().name().equals(layout)) {
        boolean pays = zeros >= verdict.from();
        return text + (pays ? ": faster than dense" : ": smaller, but not faster than dense");
      }
    }
    return text;
  }

  private static String whole(double fraction) {
    return Math.round(100 * fraction) + " %";
  }

  private static String sentence(SparsityProbe.Verdict verdict) {
    StringBuilder text = new StringBuilder(verdict.layout().name());
    text.append(
        Double.isNaN(verdict.from())
            ? " is never faster"
            : " is faster from " + whole(verdict.from()) + " zeros");
    text.append(": dense ").append(StepText.micros(verdict.denseNanos()));
    for (SparsityProbe.Point point : verdict.points()) {
      text.append(", ")
          .append(whole(point.sparsity()))
          .append(' ')
          .append(StepText.micros(point.nanos()));
    }
    return text.toString();
  }

  private void writeJson(JsonGenerator out, Session session, Plan plan, List<Row> rows)
      throws IOException {
    out.writeStringField("path", file.toString());
    out.writeStringField("device", deviceName(session));
    out.writeNumberField("threads", session.device().target().threads());
    out.writeStringField("tuning", tuning);
    out.writeNumberField("workspace_bytes", plan.memory().byteSize());
    out.writeArrayFieldStart("steps");
    for (Row row : rows) {
      Step step = row.step;
      out.writeStartObject();
      out.writeStringField("name", step.node().name());
      out.writeStringField("op", step.node().op().name());
      out.writeStringField("problem", step.problem().toString());
      out.writeStringField("kernel", step.selection().chosen().name());
      out.writeStringField("reason", step.selection().reason());
      if (row.nanos >= 0) {
        out.writeNumberField("nanos", row.nanos);
      }
      writeCandidates(out, step.selection().candidates());
      if (weight(step).isPresent()) {
        Tensor weight = weight(step).get();
        out.writeStringField("layout", weight.layout().name());
        out.writeNumberField("sparsity", 1 - Layers.density(weight));
        writeVerdicts(out, row.verdicts);
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeCandidates(JsonGenerator out, List<Selection.Candidate> candidates)
      throws IOException {
    out.writeArrayFieldStart("candidates");
    for (Selection.Candidate candidate : candidates) {
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
  }

  private static void writeVerdicts(JsonGenerator out, List<SparsityProbe.Verdict> verdicts)
      throws IOException {
    out.writeArrayFieldStart("sparse");
    for (SparsityProbe.Verdict verdict : verdicts) {
      out.writeStartObject();
      out.writeStringField("layout", verdict.layout().name());
      if (Double.isNaN(verdict.from())) {
        out.writeNullField("pays_from");
      } else {
        out.writeNumberField("pays_from", verdict.from());
      }
      out.writeNumberField("dense_nanos", verdict.denseNanos());
      out.writeArrayFieldStart("points");
      for (SparsityProbe.Point point : verdict.points()) {
        out.writeStartObject();
        out.writeNumberField("sparsity", point.sparsity());
        out.writeNumberField("nanos", point.nanos());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
