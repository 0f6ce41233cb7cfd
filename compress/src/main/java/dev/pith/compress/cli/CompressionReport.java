package dev.pith.compress.cli;

import dev.pith.compress.evaluate.Evaluation;
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
 * @param kept layers left in floating point by the search for a small drop
 */
record CompressionReport(
    Path in, Path out, Evaluation before, Evaluation after, List<String> kept) {

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
            json2.writeArrayFieldStart("kept");
            for (String layer : kept) {
              json2.writeString(layer);
            }
            json2.writeEndArray();
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
    if (!kept.isEmpty()) {
      command.print("left in floating point: " + String.join(", ", kept));
    }
  }
}
