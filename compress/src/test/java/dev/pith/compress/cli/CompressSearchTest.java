package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code pith compress --objective} from end to end, on a network trained on few glyphs of half the
 * size: second-order pruning takes the cube of a layer's inputs.
 */
class CompressSearchTest extends CommandContract {

  private static final String RECIPE =
      """
      network: lenet-300-100
      data: "glyphs:train?count=600&seed=1&scale=1/255&resize=14"
      threads: 1
      stages: [{name: dense, epochs: 6, batch: 32, optimizer: adam, rate: 0.002}]
      """;

  private static final String SEARCH =
      "compress DIR/net.onnx DIR/small.pith --max-drop 2 --samples 32"
          + " --calibrate glyphs:train?count=200&seed=1&scale=1/255&resize=14"
          + " --evaluate glyphs:test?count=100&seed=1 ";

  @BeforeEach
  void trainAndExport() throws IOException {
    Files.writeString(folder.resolve("r.yaml"), RECIPE);
    assertEquals(0, here("train --recipe DIR/r.yaml --out DIR/net.pith").code());
    assertEquals(0, here("export DIR/net.pith DIR/net.onnx").code());
  }

  @Test
  void searchKeepsTheSmallestWithinTheDropAndDrawsIt() throws IOException {
    whatCannotBeSearchedIsRefused();
    Ran ran = here(SEARCH + "--objective bytes --report DIR/r.html");
    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.out().contains("(kept)"), ran.out());
    assertEquals(0, here("verify DIR/small.pith").code());
    // int8 alone gives a ratio of 4; layers of their own do better at once.
    JsonNode inspected = json("inspect DIR/small.pith --json");
    assertTrue(inspected.get("ratio").asDouble() > 5, inspected.toString());
    String page = Files.readString(folder.resolve("r.html"));
    for (String part :
        new String[] {"chosen", "How sensitive", "classified differently", "Classes"}) {
      assertTrue(page.contains(part), part);
    }
    assertFalse(page.contains("http://") || page.contains("https://"), "loads something");
  }

  @Test
  void latencyIsMeasuredLayerByLayer() {
    Ran ran = here(SEARCH + "--objective latency --verbose --threads 1");
    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.err().contains("allocation"), ran.err());
  }

  private void whatCannotBeSearchedIsRefused() {
    Ran both = here(SEARCH + "--objective bytes --quantize int8");
    assertEquals(Failures.BAD_INPUT, both.code());
    Ran unknown = here(SEARCH + "--objective speed");
    assertEquals(Failures.BAD_INPUT, unknown.code());
    assertTrue(unknown.err().contains("latency or bytes"), unknown.err());
    assertFalse(Files.exists(folder.resolve("small.pith")));
  }
}
