package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.Timing;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What {@code bench --json} prints; the names are kept from release to release.
 *
 * <ul>
 *   <li>{@code results}, one for each contender: {@code path}, {@code engine}, {@code device},
 *       {@code batch} and {@code threads} of a run; {@code runs} that were timed; {@code
 *       latency_ms} of a run with {@code p50}, {@code p90}, {@code p95}, {@code p99}, {@code p999};
 *       {@code throughput_per_s} in samples; {@code first_result_ms} from opening the file on;
 *       {@code warm_up} with its {@code runs}, {@code ms}, the median {@code first_slice_ms} of its
 *       first runs, and whether times became {@code steady}; {@code file_bytes}, {@code
 *       resident_weight_bytes}, {@code workspace_bytes}, {@code heap_bytes_per_run}, {@code
 *       peak_rss_bytes}, null where unknown;
 *   <li>{@code comparisons} of each other contender with the first, with {@code --compare} only:
 *       {@code path} and {@code engine} against {@code against_path} and {@code against_engine};
 *       {@code times_faster} with its 95 % interval {@code times_faster_low} to {@code
 *       times_faster_high}; {@code outcome}: faster, slower, same or undecided; {@code verdict},
 *       the same in words;
 *   <li>{@code warnings}: sentences about what made the numbers doubtful.
 * </ul>
 */
final class BenchJson {

  private BenchJson() {}

  static void write(
      JsonGenerator out,
      List<Measurement> results,
      List<Comparison> comparisons,
      Collection<String> doubts)
      throws IOException {
    out.writeArrayFieldStart("results");
    for (Measurement m : results) {
      write(out, m);
    }
    out.writeEndArray();
    if (!comparisons.isEmpty()) {
      out.writeArrayFieldStart("comparisons");
      for (Comparison comparison : comparisons) {
        write(out, comparison);
      }
      out.writeEndArray();
    }
    out.writeArrayFieldStart("warnings");
    for (String doubt : doubts) {
      out.writeString(doubt);
    }
    out.writeEndArray();
  }

  private static void write(JsonGenerator out, Measurement m) throws IOException {
    out.writeStartObject();
    out.writeStringField("path", m.path());
    out.writeStringField("engine", m.engine());
    out.writeStringField("device", m.device());
    out.writeNumberField("batch", m.batch());
    out.writeNumberField("threads", m.threads());
    out.writeNumberField("runs", m.timing().runs());
    out.writeObjectFieldStart("latency_ms");
    out.writeNumberField("p50", m.latency().p50());
    out.writeNumberField("p90", m.latency().p90());
    out.writeNumberField("p95", m.latency().p95());
    out.writeNumberField("p99", m.latency().p99());
    out.writeNumberField("p999", m.latency().p999());
    out.writeEndObject();
    out.writeNumberField("throughput_per_s", m.throughput());
    out.writeNumberField("first_result_ms", m.firstResultMillis());
    Timing.WarmUp warmUp = m.timing().warmUp();
    out.writeObjectFieldStart("warm_up");
    out.writeNumberField("runs", warmUp.runs());
    out.writeNumberField("ms", warmUp.millis());
    out.writeNumberField("first_slice_ms", warmUp.firstMillis());
    out.writeBooleanField("steady", warmUp.isSteady());
    out.writeEndObject();
    out.writeNumberField("file_bytes", m.fileBytes());
    Json.known(out, "resident_weight_bytes", m.residentWeightBytes());
    Json.known(out, "workspace_bytes", m.workspaceBytes());
    Json.known(out, "heap_bytes_per_run", m.allocatedBytes());
    Json.known(out, "peak_rss_bytes", m.peakRssBytes());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Comparison comparison) throws IOException {
    out.writeStartObject();
    out.writeStringField("path", comparison.ours().path());
    out.writeStringField("engine", comparison.ours().engine());
    out.writeStringField("against_path", comparison.base().path());
    out.writeStringField("against_engine", comparison.base().engine());
    out.writeNumberField("times_faster", comparison.speedup().ratio());
    out.writeNumberField("times_faster_low", comparison.speedup().low());
    out.writeNumberField("times_faster_high", comparison.speedup().high());
    out.writeStringField("outcome", comparison.speedup().outcome().name().toLowerCase(Locale.ROOT));
    out.writeStringField("verdict", comparison.speedup().verdict());
    out.writeEndObject();
  }
}
