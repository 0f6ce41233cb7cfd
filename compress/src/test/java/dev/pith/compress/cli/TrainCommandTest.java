package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code pith train} from end to end, on few glyphs. */
class TrainCommandTest extends CommandContract {

  private static final String RECIPE =
      """
      network: lenet-300-100
      data: "glyphs:train?count=256&seed=1&scale=1/255"
      validation: "glyphs:test?count=64&seed=1"
      seed: 1
      threads: 1
      stages:
        - {name: teacher, epochs: 2, batch: 32, optimizer: adam, rate: 0.002}
        - name: student
          network: mlp-800
          epochs: 1.5
          batch: 32
          rate: RATE
          distil: {teacher: teacher, temperature: 4, alpha: 0.5}
          prune: "unstructured:0.8"
      """;

  @BeforeEach
  void writeRecipes() throws IOException {
    Files.writeString(folder.resolve("r.yaml"), RECIPE.replace("RATE", "0.01"));
    Files.writeString(folder.resolve("bad.yaml"), RECIPE.replace("RATE", "1e30"));
    Files.writeString(folder.resolve("wrong.yaml"), RECIPE.replace("batch: 32", "batches: 32"));
  }

  @Test
  void seedsAndTemperaturesMakeAFileEach() throws IOException {
    String command =
        "train --recipe DIR/r.yaml --out DIR/s.pith --seeds 1,2 --temperatures 1,4 --json";
    JsonNode results = json(command).get("results");
    assertEquals(4, results.size());
    for (JsonNode result : results) {
      assertTrue(Files.exists(Path.of(result.get("path").asText())), result.toString());
      assertEquals(64, result.get("samples").asInt());
      // Sessions and libtorch see the same network.
      double trained = result.get("stages").get("student").asDouble();
      assertEquals(trained, result.get("top1").asDouble(), 1.01 / 64, result.toString());
    }
    // The teacher depends on the seed, and is trained once for all temperatures.
    assertEquals(
        results.get(0).get("stages").get("teacher"), results.get(1).get("stages").get("teacher"));
    assertTrue(Files.exists(folder.resolve("s-seed2-T4.pith.metrics.jsonl")));
    long lines = Files.readAllLines(folder.resolve("s-seed1-T1.pith.metrics.jsonl")).size();
    long taken = Files.readAllLines(folder.resolve("s-seed1-T4.pith.metrics.jsonl")).size();
    assertEquals(4, lines);
    assertEquals(2, taken);
    JsonNode line =
        new ObjectMapper()
            .readTree(Files.readAllLines(folder.resolve("s-seed1-T1.pith.metrics.jsonl")).get(3));
    assertEquals("student", line.get("stage").asText());
    assertTrue(line.get("sparsity").asDouble() > 0.3, line.toString());
    assertFalse(Files.exists(folder.resolve("s-seed1-T1.pith.training")));
  }

  @Test
  void sweepsTellHowMuchOfTheGapToTheTeacherIsClosed() throws IOException {
    String alone =
        RECIPE
            .replace("RATE", "0.01")
            .replace("epochs: 2", "epochs: 20")
            .replace(
                "  - name: student",
                "  - {name: alone, network: mlp-800, epochs: 0.4, batch: 32, rate: 0.01}\n"
                    + "  - name: student");
    Files.writeString(folder.resolve("gap.yaml"), alone);
    Ran ran = here("train --recipe DIR/gap.yaml --out DIR/g.pith --temperatures 2,5");
    assertEquals(0, ran.code(), ran.err());
    for (String row : List.of("ERRORS OF 64", "student, T = 2", "student, T = 5", "OF THE GAP")) {
      assertTrue(ran.out().contains(row), ran.out());
    }
    assertTrue(
        ran.out().contains("teacher is better than alone by") && ran.out().contains("half"),
        ran.out());
  }

  @Test
  void narrowerNetworksShowTheirMultiplyAdds() throws IOException {
    Files.writeString(
        folder.resolve("narrow.yaml"),
        """
        network: glyphs-cnn
        data: "glyphs:train?count=64&seed=1&scale=1/255"
        stages:
          - {epochs: 1, batch: 32, rate: 0.01}
          - {epochs: 1, batch: 32, rate: 0.01, prune: "channels:0.5,first=pruned,multiple=8"}
        """);
    JsonNode result =
        json("train --recipe DIR/narrow.yaml --out DIR/n.pith --json").get("results").get(0);
    long dense = result.get("dense_multiply_adds").asLong();
    long now = result.get("multiply_adds").asLong();
    assertTrue(now < 0.35 * dense && now > 0.2 * dense, now + " of " + dense);
  }

  @Test
  void failedTrainingGoesOnWhereItWas() throws IOException {
    assertEquals(0, here("train --recipe DIR/r.yaml --out DIR/whole.pith").code());
    Ran failed = here("train --recipe DIR/bad.yaml --out DIR/parts.pith");
    assertEquals(Failures.BAD_INPUT, failed.code(), failed.err());
    assertTrue(Files.exists(folder.resolve("parts.pith.training/stage-1.pith")));
    Files.deleteIfExists(folder.resolve("parts.pith.training/stage-2.checkpoint"));
    Ran again = here("train --recipe DIR/r.yaml --out DIR/parts.pith");
    assertEquals(Failures.BAD_INPUT, again.code());
    assertTrue(again.err().contains("--resume"), again.err());
    Ran resumed = here("train --recipe DIR/r.yaml --out DIR/parts.pith --resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertFalse(resumed.err().contains("1/2 teacher"), resumed.err());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole.pith")),
        Files.readAllBytes(folder.resolve("parts.pith")));
  }

  @Test
  void wrongRecipesAreRefusedWithTheirLine() {
    Ran ran = here("train --recipe DIR/wrong.yaml --out DIR/w.pith");
    assertEquals(Failures.BAD_INPUT, ran.code());
    assertTrue(ran.err().contains("wrong.yaml line 7") && ran.err().contains("batches"), ran.err());
  }
}
