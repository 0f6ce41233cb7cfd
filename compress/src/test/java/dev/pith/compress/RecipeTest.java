package dev.pith.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.quantize.QuantizeSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {

  @Test
  void aWholeRecipeIsRead() {
    Recipe recipe =
        Recipe.parse(
            """
            # comment
            seed: 7
            calibrate: cifar10:train.bin.gz?scale=0.00392157
            samples: 64
            prune:
              - channels:0.25
              - pattern: block2x4
                sparsity: 0.8
                method: second-order
                layers:
                  "head*": 0.5
                  stem: dense
            quantize:
              mode: int8
              ranges: percentile
              bias_correction: false
              equalization: true
              reduce_range: true
            keep: [stem, "head*"]
            max_drop: 0.01
            train:
              epochs: 3
              schedule: [0.5, 0.8]
            """);
    assertEquals(7, recipe.seed());
    assertEquals("cifar10:train.bin.gz?scale=0.00392157", recipe.calibrate());
    assertEquals(64, recipe.samples());
    assertEquals(2, recipe.prune().size());
    PruneSpec blocks = recipe.prune().get(1);
    assertEquals("block2x4", blocks.pattern().text());
    assertEquals(0.8, blocks.sparsity());
    assertEquals(7, blocks.seed());
    assertEquals(2, blocks.overrides().size());
    assertEquals(QuantizeSpec.Mode.INT8, recipe.quantize().mode());
    assertEquals(RangeMethod.PERCENTILE, recipe.quantize().method());
    assertFalse(recipe.quantize().biasCorrection());
    assertTrue(recipe.quantize().equalization());
    assertEquals(63, recipe.quantize().largestWeight());
    assertTrue(recipe.quantize().keeps("head1"));
    assertEquals(0.01, recipe.maxDrop());
    assertEquals(Map.of("epochs", "3", "schedule", List.of("0.5", "0.8")), recipe.train());
    assertTrue(recipe.needsSamples());
    assertTrue(recipe.needsAccuracy());
  }

  @Test
  void shortFormsAreEnough() {
    Recipe recipe = Recipe.parse("prune: nm2:4\nquantize: int8-dynamic\n");
    assertEquals("nm2:4", recipe.prune().get(0).pattern().text());
    assertEquals(QuantizeSpec.Mode.INT8_DYNAMIC, recipe.quantize().mode());
    assertFalse(recipe.needsSamples());
    assertNull(Recipe.parse("seed: 1").quantize());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prune: block2x4:2 | 1 | sparsity is 2.0",
        "seed: 1\\nprun: x | 2 | no key prun",
        "seed: x | 1 | not a whole number",
        "quantize: int4 | 1 | there is no quantization int4",
        "quantize:\\n  ranges: mse | 2 | needs a mode",
        "quantize:\\n  mode: int8\\n  ranges: best | 3 | no calibration method best",
        "quantize:\\n  mode: int8\\n  bias: true | 3 | no key bias",
        "quantize:\\n  mode: int8-weights\\n  reduce_range: true | 3 | multiplies floats",
        "prune:\\n  sparsity: 0.5 | 2 | needs a pattern",
        "prune:\\n  pattern: unstructured | 2 | needs a sparsity",
        "prune:\\n  pattern: nm2:4\\n  sparsity: 0.5 | 3 | fixes the sparsity",
        "prune:\\n  pattern: channels\\n  sparsity: 1 | 3 | fraction",
        "prune:\\n  pattern: unstructured\\n  sparsity: 0.5\\n  speed: 1 | 4 | no option speed",
        "prune:\\n  pattern: unstructured\\n  sparsity: 0.5\\n  layers:\\n    a: 7 | 5 | sparsity",
        "seed: 1\\nseed: 2 | 2 | seed",
        "keep: [a] | 1 | quantize is missing",
        "max_drop: 5 | 1 | fraction",
        "samples: 0 | 1 | at least 1",
        "- a | 1 | mapping",
        "a: [ | 1 | not YAML",
        "seed: 1\\n---\\nseed: 2 | 2 | second document"
      })
  void errorsNameTheLine(String yaml, int line, String problem) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse(yaml.replace("\\n", "\n")));
    String message = error.getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.contains("line " + line) || message.contains("line " + (line + 1)), message);
  }

  @Test
  void emptyRecipesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Recipe.parse(""));
    assertThrows(IllegalArgumentException.class, () -> Recipe.parse("# nothing\n"));
  }
}
