package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pith.compress.data.Npy;
import dev.pith.compress.data.Npz;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Linear;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** Every command through {@link Main}: results, documents, tables. */
class MainTest extends CommandContract {

  @Test
  void evalCountsAndComparesFiles() throws IOException {
    JsonNode json = json("eval DIR/a.pith DIR/b.pith --data npy:DIR/x.npy,DIR/y.npy --json");
    JsonNode first = json.get("results").get(0);
    assertEquals(folder.resolve("a.pith").toString(), first.get("path").asText());
    assertEquals("cpu", first.get("device").asText());
    assertEquals(2, first.get("samples").asInt());
    assertEquals(1.0, first.get("top1").asDouble());
    assertEquals(0.3424, first.get("top1_low").asDouble(), 1e-4);
    assertEquals(1.0, first.get("top1_high").asDouble());
    assertEquals(1.0, first.get("top5").asDouble());
    assertEquals(0.5, json.get("results").get(1).get("top1").asDouble());
    JsonNode difference = json.get("differences").get(0);
    assertEquals(1, difference.get("samples").asInt());
    assertEquals(1, difference.get("only_first_right").asInt());
    assertEquals(0, difference.get("only_other_right").asInt());
    assertEquals(1, difference.get("examples").get(0).get("sample").asInt());
    Ran table = here("eval DIR/a.pith DIR/b.pith --data npy:DIR/x.npy,DIR/y.npy");
    assertTrue(table.out().contains("100.00 %") && table.out().contains("50.00 %"), table.out());
    assertTrue(table.out().contains("answer differently on 1 samples"), table.out());
    assertEquals("", table.err());
  }

  @Test
  void limitUsesTheFirstSamples() throws IOException {
    JsonNode json = json("eval DIR/b.pith --data npy:DIR/x.npy,DIR/y.npy --limit 1 --json");
    assertEquals(1, json.get("results").get(0).get("samples").asInt());
    assertEquals(1.0, json.get("results").get(0).get("top1").asDouble());
  }

  @Test
  void runWritesNpyAndNpz() throws IOException {
    assertEquals(0, here("run DIR/a.pith --input x=DIR/x.npy --output DIR/out").code());
    float[] expected = {1, 0, 0, 1};
    assertArrayEquals(expected, Npy.read(folder.resolve("out/scores.npy")).toFloats());
    Ran again = here("run DIR/a.pith --input DIR/x.npy --output DIR/out");
    assertEquals(2, again.code());
    assertTrue(again.err().contains("--force"), again.err());
    assertEquals(0, here("run DIR/b.pith --input DIR/x.npy --output DIR/out --force").code());
    assertEquals(-1, Npy.read(folder.resolve("out/scores.npy")).toFloats()[3]);
    Npz.write(folder.resolve("in.npz"), Map.of("x", Npy.read(folder.resolve("x.npy"))));
    assertEquals(0, here("run DIR/a.pith --input DIR/in.npz --output DIR/out/o.npz").code());
    assertArrayEquals(expected, Npz.read(folder.resolve("out/o.npz")).get("scores").toFloats());
    JsonNode json = json("run DIR/a.pith --input DIR/x.npy --json");
    assertEquals("scores", json.get("outputs").get(0).get("name").asText());
    assertEquals(0, json.get("outputs").get(0).get("top").get(0).get("index").asInt());
    List<String> made = names().stream().filter(name -> name.startsWith("out")).toList();
    assertEquals(List.of("out", "out/o.npz", "out/scores.npy"), made);
  }

  @Test
  void outputsBecomeSafeFileNames() {
    assertEquals("StatefulPartitionedCall_2", RunCommand.fileName("StatefulPartitionedCall:2"));
    assertEquals("_.._etc_passwd", RunCommand.fileName("../etc/passwd"));
    assertEquals("_", RunCommand.fileName(""));
  }

  @Test
  void benchReportsSpeedAndMemory() throws IOException {
    JsonNode json = json("bench DIR/a.pith --seconds 0.05 --batch 3 --threads 1 --json");
    JsonNode result = json.get("results").get(0);
    assertEquals("pith", result.get("engine").asText());
    assertEquals("cpu", result.get("device").asText());
    assertEquals(3, result.get("batch").asInt());
    assertEquals(1, result.get("threads").asInt());
    JsonNode latency = result.get("latency_ms");
    double last = 0;
    for (String name : List.of("p50", "p90", "p95", "p99", "p999")) {
      assertTrue(latency.get(name).asDouble() >= last, latency.toString());
      last = latency.get(name).asDouble();
    }
    assertTrue(latency.get("p50").asDouble() > 0);
    assertTrue(result.get("throughput_per_s").asDouble() > 0);
    assertTrue(result.get("first_result_ms").asDouble() > 0);
    assertEquals(Files.size(folder.resolve("a.pith")), result.get("file_bytes").asLong());
    assertTrue(result.get("resident_weight_bytes").asLong() >= 32);
    assertTrue(result.get("workspace_bytes").asLong() > 0);
    assertTrue(result.has("peak_rss_bytes"));
    Ran table = here("bench DIR/a.pith --seconds 0.05");
    assertTrue(table.out().contains("p99.9") && table.out().contains("PEAK RSS"), table.out());
    assertTrue(table.out().contains("WARM-UP"), table.out());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void benchComparesInTurns() throws IOException {
    JsonNode json = json("bench DIR/a.pith DIR/b.pith --compare --seconds 0.1 --threads 1 --json");
    assertEquals(2, json.get("results").size());
    assertTrue(json.get("results").get(0).get("peak_rss_bytes").isNull());
    JsonNode comparison = json.get("comparisons").get(0);
    assertTrue(comparison.get("path").asText().endsWith("b.pith"), comparison.toString());
    assertTrue(comparison.get("against_path").asText().endsWith("a.pith"));
    double ratio = comparison.get("times_faster").asDouble();
    assertTrue(comparison.get("times_faster_low").asDouble() <= ratio);
    assertTrue(comparison.get("times_faster_high").asDouble() >= ratio);
    assertTrue(json.get("warnings").isArray());
    assertEquals(
        List.of(
            "path",
            "engine",
            "against_path",
            "against_engine",
            "times_faster",
            "times_faster_low",
            "times_faster_high",
            "outcome",
            "verdict"),
        names(comparison));
    assertEquals(
        List.of(
            "path",
            "engine",
            "device",
            "batch",
            "threads",
            "runs",
            "latency_ms",
            "throughput_per_s",
            "first_result_ms",
            "warm_up",
            "file_bytes",
            "resident_weight_bytes",
            "workspace_bytes",
            "heap_bytes_per_run",
            "peak_rss_bytes"),
        names(json.get("results").get(0)));
    assertEquals(
        List.of("runs", "ms", "first_slice_ms", "steady"),
        names(json.get("results").get(0).get("warm_up")));
    Ran ran = here("bench DIR/a.pith DIR/b.pith --compare --seconds 0.05");
    assertTrue(ran.out().contains("b.pith (pith) against "), ran.out());
    assertEquals(2, here("bench DIR/a.pith --compare --seconds 0.05").code());
  }

  @Test
  void inspectShowsLayersAndProvenance() throws IOException {
    JsonNode json = json("inspect DIR/a.pith --json");
    assertEquals(Files.size(folder.resolve("a.pith")), json.get("file_bytes").asLong());
    assertEquals(32, json.get("dense_fp32_bytes").asLong());
    assertEquals(32.0 / json.get("file_bytes").asLong(), json.get("ratio").asDouble(), 1e-12);
    JsonNode layer = json.get("layers").get(0);
    assertEquals("choose", layer.get("name").asText());
    assertEquals("Linear", layer.get("op").asText());
    assertEquals("dense", layer.get("layout").asText());
    assertEquals("F32", layer.get("dtype").asText());
    assertEquals("[2,4]", layer.get("shape").toString());
    assertEquals(0.25, layer.get("density").asDouble());
    assertEquals(32.0, layer.get("bits_per_weight").asDouble());
    assertEquals(32, layer.get("bytes").asLong());
    assertEquals(3, json.get("provenance").get("seed").asLong());
    Ran text = here("inspect DIR/a.pith --graph");
    assertTrue(text.out().contains("scores = Linear(x, w)"), text.out());
    assertTrue(text.out().contains("quantize: int8"), text.out());
  }

  @Test
  void explainNamesKernels() throws IOException {
    JsonNode json = json("explain DIR/a.pith --json --threads 1 --tuning preferred");
    JsonNode step = json.get("steps").get(0);
    assertEquals("choose", step.get("name").asText());
    assertEquals("first that supports the problem", step.get("reason").asText());
    assertEquals("dense", step.get("layout").asText());
    assertEquals(0.75, step.get("sparsity").asDouble());
    assertFalse(step.get("kernel").asText().isEmpty());
    assertTrue(step.get("candidates").size() > 1);
    assertEquals(0, step.get("sparse").size());
    assertFalse(step.has("nanos"));
    Ran text = here("explain DIR/a.pith --tuning preferred");
    assertTrue(text.out().contains("choose (Linear): "), text.out());
    assertTrue(text.out().contains("    not reference_linear: "), text.out());
    assertTrue(text.out().contains("its weight is dense with 75 % zeros"), text.out());
  }

  @Test
  void profileCountsWhatEachStepDoes() throws IOException {
    JsonNode json = json("profile DIR/a.pith --json --threads 1 --batch 3 --seconds 0.05");
    JsonNode step = json.get("steps").get(0);
    assertEquals("choose", step.get("name").asText());
    assertEquals(3 * 8, step.get("dense_macs").asInt());
    assertEquals(3 * 2, step.get("macs").asInt());
    assertEquals(4 * (3 * 4 + 2 * 4 + 3 * 2), step.get("bytes").asInt());
    assertTrue(json.get("nanos").asLong() >= step.get("nanos").asLong());
    Ran text = here("profile DIR/a.pith --threads 1 --seconds 0.05");
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().contains("75 %"), text.out());
  }

  @Test
  void explainMeasures() throws IOException {
    PithFile.write(folder.resolve("wide.pith"), wide(), Provenance.NONE);
    JsonNode step = json("explain DIR/wide.pith --json --threads 1").get("steps").get(0);
    assertTrue(step.get("nanos").asLong() > 0, step.toString());
    JsonNode blocks = step.get("sparse").get(0);
    assertEquals("block2x4", blocks.get("layout").asText());
    assertTrue(blocks.get("dense_nanos").asLong() > 0);
    assertEquals(0.95, blocks.get("points").get(2).get("sparsity").asDouble());
    assertTrue(blocks.get("points").get(2).get("nanos").asLong() > 0);
    assertTrue(blocks.has("pays_from"));
    Ran text = here("explain DIR/wide.pith --threads 1");
    assertTrue(text.out().contains("block2x4 is "), text.out());
    assertTrue(text.out().contains(" of all steps"), text.out());
  }

  /** A layer with enough work to be timed. */
  private static Graph wide() {
    float[] weights = new float[64 * 512];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 7 - 3;
    }
    return new Graph(
        "wide",
        List.of(new ValueInfo("x", DType.F32, List.of(Dim.symbol("n"), Dim.of(512)))),
        List.of(new ValueInfo("y", DType.F32, List.of(Dim.symbol("n"), Dim.of(64)))),
        List.of(new Node("layer", new Linear(Activation.NONE), List.of("x", "w"), List.of("y"))),
        Map.of("w", Tensor.of(weights, 64, 512)));
  }

  @Test
  void verifyTellsGoodFromDamaged() throws IOException {
    PithFile.write(folder.resolve("golden.pith"), network(1), Provenance.NONE);
    Ran good = here("verify DIR/golden.pith");
    assertEquals(0, good.code(), good.err());
    assertTrue(good.out().contains("as stored"), good.out());
    byte[] bytes = Files.readAllBytes(folder.resolve("golden.pith"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve("golden.pith"), bytes);
    Ran flipped = here("verify DIR/golden.pith");
    assertEquals(2, flipped.code());
    assertEquals(1, flipped.err().lines().count(), flipped.err());
  }

  @Test
  void devicesHelpVersionAndCompletionWork() throws IOException {
    TreeSet<String> devices = new TreeSet<>();
    json("devices --json").get("devices").forEach(d -> devices.add(d.get("name").asText()));
    assertTrue(devices.contains("cpu"), devices.toString());
    assertTrue(here("devices").out().contains("cpu"));
    assertEquals(0, here("--version").code());
    for (String command :
        List.of(
            "demo",
            "compress",
            "inspect",
            "run",
            "eval",
            "bench",
            "explain",
            "profile",
            "verify")) {
      Ran help = here(command + " --help");
      assertEquals(0, help.code());
      assertTrue(help.out().contains("Example"), help.out());
      assertTrue(help.out().lines().allMatch(line -> line.length() <= 100), help.out());
    }
    assertTrue(here("completion").out().contains("complete"), "no completion script");
  }

  /** A command of another module that refuses. */
  @Command(name = "odd")
  static final class Odd implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalArgumentException("there is no table x");
    }
  }

  @Test
  void commandsOfOtherModulesFailAsOursDo() {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(2, Main.runAlone(new Odd()));
      assertEquals(2, Main.runAlone(new Odd(), "--bogus"));
    } finally {
      System.setErr(before);
    }
    List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    assertEquals("pith: there is no table x", lines.get(0));
    assertTrue(lines.get(1).contains("--bogus") && lines.get(1).contains("pith odd --help"));
  }
}
