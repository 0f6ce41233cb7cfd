package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith inspect}: what is in a model file. */
@Command(
    name = "inspect",
    description =
        "Shows layers, layouts, density, bits and bytes, totals, and how a file was made.",
    footer = {
      "",
      "For an .onnx file it shows what the passes make of it, before and after. Examples:",
      "  pith inspect net.pith",
      "  pith inspect net.onnx --graph"
    })
final class InspectCommand extends CliCommand {

  @Parameters(paramLabel = "FILE", description = "Model, .pith or .onnx.")
  private Path file;

  @Option(names = "--graph", description = "Print the whole graph too.")
  private boolean wholeGraph;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  /** The graph after a pass that changed it. */
  private record Stage(String name, Graph graph) {}

  @Override
  int run() throws IOException {
    if (ModelFiles.isOnnx(file)) {
      Graph imported = OnnxImporter.read(file);
      List<Stage> stages = new ArrayList<>(List.of(new Stage("as imported", imported)));
      Graph graph =
          Pipeline.standard()
              .run(imported, (pass, after) -> stages.add(new Stage(pass.name(), after)));
      show(graph, Provenance.NONE, 0, stages);
    } else {
      try (OpenModel opened = OpenModel.open(file)) {
        show(opened.model().graph(), opened.provenance(), opened.model().decodedBytes(), List.of());
      }
    }
    return Failures.DONE;
  }

  private void show(Graph graph, Provenance provenance, long decodedBytes, List<Stage> stages)
      throws IOException {
    List<Layers.Layer> layers = Layers.of(graph);
    long bytes = Files.size(file);
    long dense = PithFile.denseBytes(graph);
    if (json) {
      printJson(
          out -> {
            out.writeStringField("path", file.toString());
            out.writeNumberField("file_bytes", bytes);
            out.writeNumberField("dense_fp32_bytes", dense);
            out.writeNumberField("ratio", (double) dense / bytes);
            writeValues(out, graph);
            writeLayers(out, layers);
            writeProvenance(out, provenance);
          });
      return;
    }
    print(file + ": " + Units.bytes(bytes) + ", " + graph.nodes().size() + " nodes");
    graph.inputs().forEach(input -> print("input  " + input));
    graph.outputs().forEach(output -> print("output " + output));
    print("");
    printLayers(layers);
    long held = layers.stream().mapToLong(Layers.Layer::bytes).sum();
    print("");
    print(
        "weights in fp32 "
            + Units.bytes(dense)
            + ", held in "
            + Units.bytes(held)
            + (decodedBytes > 0 ? " (" + Units.bytes(decodedBytes) + " decoded at load)" : "")
            + ", file "
            + Units.bytes(bytes)
            + ", ratio "
            + Units.digits((double) dense / bytes)
            + (Receipt.peakRss() < 0 ? "" : ", peak memory now " + Units.bytes(Receipt.peakRss())));
    printRange(layers);
    printProvenance(provenance);
    printStages(stages);
    if (wholeGraph) {
      if (!stages.isEmpty()) {
        print("\nas imported:\n" + GraphPrinter.print(stages.get(0).graph));
        print("after all passes:");
      }
      print(GraphPrinter.print(graph).stripTrailing());
    }
  }

  private void printLayers(List<Layers.Layer> layers) {
    Table table = new Table("LAYER", "OP", "LAYOUT", "TYPE", "SHAPE", "DENSITY", "BITS", "BYTES");
    for (Layers.Layer layer : layers) {
      table.row(
          layer.name(),
          layer.op(),
          layer.layout(),
          layer.dtype(),
          Arrays.stream(layer.shape()).mapToObj(Long::toString).collect(Collectors.joining("x")),
          Units.digits(layer.density()),
          Units.digits(layer.bitsPerWeight()),
          layer.bytes());
    }
    print(table);
  }

  private void printRange(List<Layers.Layer> layers) {
    long reduced = layers.stream().filter(Layers.Layer::isReduced).count();
    if (reduced > 0) {
      long all = layers.stream().filter(Layers.Layer::isInt8).count();
      print("reduced range: weights of " + reduced + " of " + all + " int8 layers have 7 bits");
    }
  }

  private void printProvenance(Provenance provenance) {
    if (provenance.equals(Provenance.NONE)) {
      return;
    }
    print("");
    print("made by " + provenance.tool() + ", seed " + provenance.seed());
    if (!provenance.sourceSha256().isEmpty()) {
      print("source SHA-256 " + provenance.sourceSha256());
    }
    provenance.facts().forEach((name, value) -> print(name + ": " + value));
    if (!provenance.recipe().isBlank()) {
      print("recipe:");
      provenance.recipe().strip().lines().forEach(line -> print("  " + line));
    }
  }

  private void printStages(List<Stage> stages) {
    if (stages.isEmpty()) {
      return;
    }
    print("");
    Table table = new Table("PASS", "NODES", "CONSTANTS", "OPERATIONS");
    for (Stage stage : stages) {
      table.row(
          stage.name,
          stage.graph.nodes().size(),
          stage.graph.constants().size(),
          operations(stage.graph));
    }
    print(table);
  }

  private static String operations(Graph graph) {
    Map<String, Integer> counts = new TreeMap<>();
    graph.nodes().forEach(node -> counts.merge(node.op().name(), 1, Integer::sum));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(entry -> String.format(Locale.ROOT, "%s %d", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static void writeValues(JsonGenerator out, Graph graph) throws IOException {
    out.writeArrayFieldStart("inputs");
    for (var input : graph.inputs()) {
      out.writeString(input.toString());
    }
    out.writeEndArray();
    out.writeArrayFieldStart("outputs");
    for (var output : graph.outputs()) {
      out.writeString(output.toString());
    }
    out.writeEndArray();
  }

  private static void writeLayers(JsonGenerator out, List<Layers.Layer> layers) throws IOException {
    out.writeArrayFieldStart("layers");
    for (Layers.Layer layer : layers) {
      out.writeStartObject();
      out.writeStringField("name", layer.name());
      out.writeStringField("op", layer.op());
      out.writeStringField("layout", layer.layout());
      out.writeStringField("dtype", layer.dtype().toString());
      out.writeFieldName("shape");
      out.writeArray(layer.shape(), 0, layer.shape().length);
      out.writeNumberField("density", layer.density());
      if (layer.isInt8()) {
        out.writeNumberField("largest_weight", layer.largestWeight());
      }
      out.writeNumberField("bits_per_weight", layer.bitsPerWeight());
      out.writeNumberField("bytes", layer.bytes());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeProvenance(JsonGenerator out, Provenance provenance) throws IOException {
    out.writeObjectFieldStart("provenance");
    out.writeStringField("tool", provenance.tool());
    out.writeStringField("recipe", provenance.recipe());
    out.writeStringField("source_sha256", provenance.sourceSha256());
    out.writeNumberField("seed", provenance.seed());
    out.writeObjectFieldStart("facts");
    for (Map.Entry<String, String> fact : provenance.facts().entrySet()) {
      out.writeStringField(fact.getKey(), fact.getValue());
    }
    out.writeEndObject();
    out.writeEndObject();
  }
}
