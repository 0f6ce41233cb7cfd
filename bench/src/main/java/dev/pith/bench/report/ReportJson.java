package dev.pith.bench.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.bench.report.NetworkResult.Form;
import dev.pith.compress.measure.Measurement;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;

/** The report's numbers as one JSON document; −1 for unknown. */
final class ReportJson {

  private ReportJson() {}

  static String text(ReportPage page, Collection<String> doubts) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("machine", page.machine());
      json.writeObjectFieldStart("peaks_per_core");
      json.writeNumberField("fp32_gmacs", page.roofline().floatRate());
      json.writeNumberField("int8_gmacs", page.roofline().int8Rate());
      json.writeNumberField("copy_gb_per_s", page.roofline().copyRate());
      json.writeEndObject();
      json.writeArrayFieldStart("warnings");
      for (String doubt : doubts) {
        json.writeString(doubt);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("networks");
      for (NetworkResult result : page.networks()) {
        for (Form form : result.forms()) {
          network(json, result, form);
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("layers");
      for (LayerPoint point : page.layers()) {
        layer(json, page, point);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("accuracy");
      for (AccuracyPoint point : page.accuracies()) {
        json.writeStartObject();
        json.writeStringField("form", point.title());
        json.writeNumberField("bytes", point.bytes());
        json.writeNumberField("top1", point.top1());
        json.writeNumberField("samples", point.samples());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void network(JsonGenerator json, NetworkResult result, Form form)
      throws IOException {
    Measurement m = form.measurement();
    json.writeStartObject();
    json.writeStringField("network", result.network().name());
    json.writeStringField("form", form.title());
    json.writeStringField("engine", m.engine());
    json.writeStringField("device", m.device());
    json.writeNumberField("batch", result.batch());
    json.writeNumberField("threads", m.threads());
    json.writeNumberField("p50_ms", m.latency().p50());
    json.writeNumberField("p99_ms", m.latency().p99());
    json.writeNumberField("throughput_per_s", m.throughput());
    json.writeNumberField("first_result_ms", m.firstResultMillis());
    json.writeNumberField("file_bytes", m.fileBytes());
    json.writeNumberField("resident_weight_bytes", m.residentWeightBytes());
    json.writeNumberField("heap_bytes_per_run", m.allocatedBytes());
    json.writeNumberField("times_faster_than_ort_int8", form.speedup().ratio());
    json.writeNumberField("times_faster_low", form.speedup().low());
    json.writeNumberField("times_faster_high", form.speedup().high());
    json.writeEndObject();
  }

  private static void layer(JsonGenerator json, ReportPage page, LayerPoint point)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("layer", point.spec());
    json.writeStringField("engine", point.engine());
    json.writeNumberField("ms", point.millis());
    json.writeNumberField("gmacs_done", point.rate());
    json.writeNumberField("gmacs_dense", point.denseRate());
    json.writeNumberField("macs_per_byte", point.intensity());
    json.writeNumberField("roofline_gmacs", page.bound(point));
    json.writeEndObject();
  }
}
