package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pith.compress.cli.Main;
import dev.pith.compress.cli.Terminal;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.compress.train.NetworkBuilder;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pith bench --engine ort} from the command line to ONNX Runtime and back. */
class OrtEngineTest {

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    NetworkBuilder net = new NetworkBuilder("small", 3);
    String x = net.relu(net.conv(net.input("image", 3, 16, 16), 16, 3, 1, 1, 1, true, 2));
    Graph graph = net.build(net.linear(net.mean(x, 2L, 3L), 10, 1));
    model = folder.resolve("small.onnx");
    OnnxExporter.write(graph, model);
  }

  private static int pith(StringWriter out, StringWriter err, String... args) {
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 0, false);
    return Main.run(terminal, List.of(new OrtEngine()), args);
  }

  private static JsonNode json(String... args) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertEquals(0, pith(out, err, args), err.toString());
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void thePeerIsMeasured() throws IOException {
    JsonNode result =
        json(
                "bench",
                "--engine",
                "ort",
                model.toString(),
                "--batch",
                "4",
                "--threads",
                "2",
                "--seconds",
                "0.2",
                "--json")
            .get("results")
            .get(0);
    assertEquals("ort", result.get("engine").asText());
    assertEquals(4, result.get("batch").asInt());
    assertEquals(2, result.get("threads").asInt());
    assertTrue(result.get("latency_ms").get("p50").asDouble() > 0, result.toString());
    assertTrue(result.get("latency_ms").get("p999").asDouble() > 0, result.toString());
    assertEquals(Files.size(model), result.get("file_bytes").asLong());
    assertTrue(result.get("resident_weight_bytes").isNull(), result.toString());
  }

  @Test
  void bothEnginesTakeTurns() throws IOException {
    JsonNode json =
        json(
            "bench",
            model.toString(),
            "--engine",
            "ort,pith",
            "--compare",
            "--threads",
            "1",
            "--seconds",
            "0.3",
            "--json");
    assertEquals(2, json.get("results").size());
    JsonNode comparison = json.get("comparisons").get(0);
    assertEquals("pith", comparison.get("engine").asText());
    assertEquals("ort", comparison.get("against_engine").asText());
    assertTrue(comparison.get("times_faster").asDouble() > 0, json.toString());
  }

  @Test
  void whatThePeerCannotDoIsSaid() throws IOException {
    StringWriter err = new StringWriter();
    String file = model.toString();
    assertEquals(
        2, pith(new StringWriter(), err, "bench", "--engine", "ort", file, "--device", "opencl"));
    assertTrue(err.toString().contains("engine ort runs on the CPU"), err.toString());
    Path broken = Files.writeString(folder.resolve("broken.onnx"), "nothing");
    err = new StringWriter();
    assertEquals(2, pith(new StringWriter(), err, "bench", "--engine", "ort", broken.toString()));
    assertTrue(err.toString().contains("broken.onnx"), err.toString());
  }
}
