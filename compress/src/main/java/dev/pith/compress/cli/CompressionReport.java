package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.Compression;
import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.pack.PackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code pith compress} says at the end.
 *
 * @param in the source
 * @param out the file made
 * @param before accuracy of the source, or {@code null}
 * @param after accuracy of the file made, or {@code null}
 * @param result what was done to the layers
 */
record CompressionReport(
    Path in, Path out, Evaluation before, Evaluation after, Compression.Result result) {

  /** Layers with fewer zeros are not called sparse. */
  private static final double SPARSE = 0.3;

  void print(CliCommand command, boolean json, long denseBytes) throws IOException {
    long source = Files.size(in);
    long made = Files.size(out);
    double ratio = (double) denseBytes / made;
    if (json) {
      command.printJson(
          json2 -> {
            json2.writeStringField("path", out.toString());
            json2.writeNumberField("source_bytes", source);
            json2.writeNumberField("dense_fp32_bytes", denseBytes);
            json2.writeNumberField("file_bytes", made);
            json2.writeNumberField("ratio", ratio);
            if (after != null) {
              json2.writeNumberField("samples", after.samples());
              json2.writeNumberField("top1_before", before.accuracy());
              json2.writeNumberField("top1_after", after.accuracy());
            }
            if (!Double.isNaN(result.accuracy())) {
              json2.writeNumberField("top1_before_quantizing", result.baseline());
              json2.writeNumberField("top1_after_quantizing", result.accuracy());
            }
            writeNames(json2, "kept", result.kept());
            writeNames(json2, "left_dense", leftDense());
          });
      return;
    }
    command.print(
        out
            + ": "
            + Units.bytes(made)
            + ", "
            + Units.digits(ratio)
            + " times smaller than the weights in fp32 ("
            + Units.bytes(denseBytes)
            + "); the source has "
            + Units.bytes(source));
    if (after != null) {
      command.print(
          "top-1 "
              + Units.percent(before.accuracy())
              + " before, "
              + Units.percent(after.accuracy())
              + " after, on "
              + after.samples()
              + " samples (95 %: "
              + Units.percent(after.interval().low())
              + " – "
              + Units.percent(after.interval().high())
              + ")");
    }
    if (!Double.isNaN(result.accuracy())) {
      command.print(
          "quantizing: top-1 "
              + Units.percent(result.baseline())
              + " before, "
              + Units.percent(result.accuracy())
              + " after, on calibration samples; left in floating point: "
              + (result.kept().isEmpty() ? "nothing" : String.join(", ", result.kept())));
    }
    if (!leftDense().isEmpty()) {
      command.print(
          "many zeros, but stored dense, as sparse kernels would be slower (see --layouts): "
              + String.join(", ", leftDense()));
    }
  }

  private List<String> leftDense() {
    return result.packed().stream()
        .filter(layer -> layer.weight().isDense() && layer.sparsity() >= SPARSE)
        .map(PackedLayer::name)
        .toList();
  }

  private static void writeNames(JsonGenerator out, String field, List<String> names)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (String name : names) {
      out.writeString(name);
    }
    out.writeEndArray();
  }
}
