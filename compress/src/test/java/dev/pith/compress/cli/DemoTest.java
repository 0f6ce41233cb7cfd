package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.measure.ModelFiles;
import dev.pith.compress.train.TrainRecipe;
import dev.pith.runtime.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @TempDir Path folder;

  @Test
  void demoTellsItsWholeStory() throws Exception {
    Path out = folder.resolve("demo");
    CommandContract.Ran outcome =
        CommandContract.pith(
            "demo",
            "--glyphs",
            "340",
            "--epochs",
            "3",
            "--seconds",
            "0.02",
            "--out",
            out.toString());
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("compressed"), outcome.out());
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("cpu, compressed") && page.contains("teacher"), page);
    assertEquals(
        0, CommandContract.pith("verify", out.resolve("compressed.pith").toString()).code());
    long dense = Files.size(out.resolve("dense.pith"));
    assertTrue(Files.size(out.resolve("compressed.pith")) * 8 < dense, "dense is " + dense);
    try (Model model = ModelFiles.load(out.resolve("compressed.pith"))) {
      TrainRecipe recipe = TrainRecipe.parse(model.provenance().recipe());
      assertEquals(4, recipe.stages().size());
      // Dense and compressed had the same number of epochs.
      double whole = recipe.stages().get(1).settings().epochs();
      double pruned = recipe.stages().get(2).settings().epochs();
      assertEquals(whole, pruned + recipe.stages().get(3).settings().epochs(), 1e-2);
    }
  }
}
