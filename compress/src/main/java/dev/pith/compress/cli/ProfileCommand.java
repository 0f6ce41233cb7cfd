package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Roofline;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Session;
import dev.pith.runtime.plan.StepTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith profile}: where the time of a run goes, beside what the machine could do. */
@Command(
    name = "profile",
    description = "Shows where the time of a run goes, step by step, and what bounds each step.",
    footer = {
      "",
      "Times are medians of whole runs after a warm-up, so that caches are as they are in use; a",
      "device is waited for after each step. zeros: of the weight. GMAC/s: multiply-adds with what",
      "is not zero, in billions a second. GB/s: operands and results, each once. On a CPU the"
          + " least",
      "time is that of the multiply-adds at the peak of all threads, or that of the bytes at the",
      "speed of memory, whichever is longer (roofline; both are measured first); operands that lie",
      "in a cache can be faster than this.",
      "--json: threads, peaks (fp32_gmacs, int8_gmacs of one core, copy_gbytes), nanos, and steps",
      "with name, op, kernel, problem, nanos, macs, dense_macs, bytes and, on a CPU, least_nanos",
      "and bound (products or memory).",
      "Example:",
      "  pith profile net.pith --threads 1 --top 10"
    })
final class ProfileCommand extends CliCommand {

  private static final int LEAST_RUNS = 5;

  @Parameters(paramLabel = "FILE", description = "Model, .pith or .onnx.")
  private Path file;

  @Mixin private SessionOption on;

  @Mixin private InputOption input;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time of the warm-up, and of the runs (default: 1).")
  private double seconds = 1;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Show only the N slowest steps (default: 20; 0 for all).")
  private int top = 20;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    Benchmark benchmark = input.benchmark(on.device(), on.threads(), seconds);
    try (OpenModel opened = OpenModel.open(file);
        Session session = opened.model().newSession(on.options())) {
      List<Row> rows = measure(session, benchmark.inputs(opened.model().graph().inputs()));
      if (rows.isEmpty()) {
        print("shapes in this model depend on data: it is evaluated node by node, without a plan");
        return Failures.DONE;
      }
      Roofline peak =
          session.device().target().isCpu() ? Roofline.measure(session.device().target()) : null;
      if (json) {
        printJson(out -> writeJson(out, session, peak, rows));
      } else {
        print(session, peak, rows);
      }
    }
    return Failures.DONE;
  }

  /**
   * A step.
   *
   * @param time the step and its median time
   * @param work what it has to do
   */
  private record Row(StepTime time, StepWork work) {

    long nanos() {
      return time.nanos();
    }

    boolean isBoundByProducts(Roofline peak, int cores) {
      return work.productNanos(peak, cores) >= work.byteNanos(peak);
    }
  }

  private List<Row> measure(Session session, Map<String, Tensor> inputs) {
    long limit = (long) (seconds * 1e9);
    for (long start = System.nanoTime(); System.nanoTime() - start < limit; ) {
      session.run(inputs);
    }
    List<List<StepTime>> runs = new ArrayList<>();
    for (long start = System.nanoTime();
        runs.size() < LEAST_RUNS || System.nanoTime() - start < limit; ) {
      runs.add(session.profile(inputs));
    }
    List<Row> rows = new ArrayList<>();
    for (int step = 0; step < runs.get(0).size(); step++) {
      int place = step;
      long[] nanos = runs.stream().mapToLong(run -> run.get(place).nanos()).sorted().toArray();
      StepTime median = new StepTime(runs.get(0).get(step).step(), nanos[nanos.length / 2]);
      rows.add(new Row(median, StepWork.of(median.step())));
    }
    return rows;
  }

  private void print(Session session, Roofline peak, List<Row> rows) {
    int cores = session.device().target().threads();
    long total = rows.stream().mapToLong(Row::nanos).sum();
    print(
        "device "
            + session.device().description()
            + "; steps "
            + rows.size()
            + " take "
            + ms(total));
    if (peak != null) {
      print(
          "one core: "
              + Units.digits(peak.floatRate())
              + " fp32 GMAC/s, "
              + Units.digits(peak.int8Rate())
              + " exact int8 GMAC/s; memory: "
              + Units.digits(peak.copyRate())
              + " GB/s");
    }
    print("");
    Table table =
        new Table(
            "step",
            "op",
            "kernel",
            "time",
            "share",
            "zeros",
            "GMAC/s",
            "GB/s",
            "least",
            "bound by");
    List<Row> slowest = new ArrayList<>(rows);
    slowest.sort(Comparator.comparingLong(Row::nanos).reversed());
    for (Row row : top > 0 ? slowest.subList(0, Math.min(top, rows.size())) : slowest) {
      StepWork work = row.work;
      boolean hasProducts = work.dense() > 0;
      table.row(
          row.time.step().node().name(),
          row.time.step().node().op().name(),
          row.time.step().selection().chosen().name(),
          us(row.nanos()),
          Units.digits(100.0 * row.nanos() / total) + " %",
          hasProducts ? Math.round(100 * work.sparsity()) + " %" : "-",
          hasProducts ? Units.digits(work.done() / row.nanos()) : "-",
          Units.digits((double) work.bytes() / row.nanos()),
          isKnown(work, peak, cores) ? us((long) work.leastNanos(peak, cores)) : "-",
          isKnown(work, peak, cores) ? bound(row, peak, cores) : "-");
    }
    print(table);
    print("");
    printByKernel(rows, total);
  }

  private void printByKernel(List<Row> rows, long total) {
    Map<String, long[]> sums = new LinkedHashMap<>();
    for (Row row : rows) {
      long[] sum =
          sums.computeIfAbsent(row.time.step().selection().chosen().name(), name -> new long[2]);
      sum[0] += row.nanos();
      sum[1]++;
    }
    Table table = new Table("kernel", "steps", "time", "share");
    sums.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue()[0]))
        .forEach(
            entry ->
                table.row(
                    entry.getKey(),
                    entry.getValue()[1],
                    us(entry.getValue()[0]),
                    Units.digits(100.0 * entry.getValue()[0] / total) + " %"));
    print(table);
  }

  /** Peaks of a device, and of processors for which no code can be generated, are not known. */
  private static boolean isKnown(StepWork work, Roofline peak, int cores) {
    return peak != null && !Double.isNaN(work.leastNanos(peak, cores));
  }

  private static String bound(Row row, Roofline peak, int cores) {
    return row.isBoundByProducts(peak, cores) ? "products" : "memory";
  }

  private static String us(long nanos) {
    return Units.digits(nanos / 1e3) + " us";
  }

  private static String ms(long nanos) {
    return Units.digits(nanos / 1e6) + " ms";
  }

  private void writeJson(JsonGenerator out, Session session, Roofline peak, List<Row> rows)
      throws IOException {
    int cores = session.device().target().threads();
    out.writeStringField("path", file.toString());
    out.writeStringField("device", deviceName(session));
    out.writeNumberField("threads", cores);
    if (peak != null && !Double.isNaN(peak.floatRate())) {
      out.writeObjectFieldStart("peaks");
      out.writeNumberField("fp32_gmacs", peak.floatRate());
      out.writeNumberField("int8_gmacs", peak.int8Rate());
      out.writeNumberField("copy_gbytes", peak.copyRate());
      out.writeEndObject();
    }
    out.writeNumberField("nanos", rows.stream().mapToLong(Row::nanos).sum());
    out.writeArrayFieldStart("steps");
    for (Row row : rows) {
      out.writeStartObject();
      out.writeStringField("name", row.time.step().node().name());
      out.writeStringField("op", row.time.step().node().op().name());
      out.writeStringField("kernel", row.time.step().selection().chosen().name());
      out.writeStringField("problem", row.time.step().problem().toString());
      out.writeNumberField("nanos", row.nanos());
      out.writeNumberField("macs", row.work.done());
      out.writeNumberField("dense_macs", row.work.dense());
      out.writeNumberField("bytes", row.work.bytes());
      if (isKnown(row.work, peak, cores)) {
        out.writeNumberField("least_nanos", row.work.leastNanos(peak, cores));
        out.writeStringField("bound", bound(row, peak, cores));
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
