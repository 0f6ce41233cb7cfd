package dev.pith.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.layer.NamePattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruneSpecTest {

  @Test
  void patternsAreParsed() {
    assertEquals(new PrunePattern.Blocks(1, 1), PruneSpec.parse("unstructured:0.9").pattern());
    assertEquals(0.9, PruneSpec.parse("unstructured:0.9").sparsity());
    assertEquals(new PrunePattern.Blocks(16, 4), PruneSpec.parse("block16x4:0.8").pattern());
    assertEquals(new PrunePattern.Nm(2, 4), PruneSpec.parse("nm2:4").pattern());
    assertEquals(0.5, PruneSpec.parse("nm2:4").sparsity());
    assertEquals(new PrunePattern.Channels(), PruneSpec.parse("channels:0.5").pattern());
    assertEquals(0, PruneSpec.parse("unstructured:0").sparsity());
  }

  @Test
  void optionsFollowThePattern() {
    PruneSpec spec =
        PruneSpec.parse(
            "block2x4:0.8, criterion=l1, allocation=erk, method=second-order, first=pruned,"
                + " last=pruned, depthwise=pruned, min=7");
    assertEquals(PruneSpec.Criterion.L1, spec.criterion());
    assertEquals(PruneSpec.Allocation.ERK, spec.allocation());
    assertEquals(PruneSpec.Method.SECOND_ORDER, spec.method());
    assertFalse(spec.denseFirst());
    assertFalse(spec.denseLast());
    assertTrue(spec.depthwise());
    assertEquals(7, spec.minWeights());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unstructured:1",
        "unstructured:-0.1",
        "unstructured:1.5",
        "unstructured:NaN",
        "unstructured:much",
        "unstructured",
        "block0x4:0.5",
        "block2x4x4:0.5",
        "block999x4:0.5",
        "nm4:4",
        "nm0:4",
        "nm2:4:0.5",
        "rows:0.5",
        "",
        "unstructured:0.5,",
        "unstructured:0.5,speed=9",
        "unstructured:0.5,criterion=l3",
        "unstructured:0.5,first=maybe",
        "unstructured:0.5,min=-1",
        "channels:0.5,method=second-order"
      })
  void nonsenseIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> PruneSpec.parse(text));
  }

  @Test
  void globsMatchNames() {
    assertTrue(new NamePattern("layer1.*.conv?").matches("layer1.0.conv2"));
    assertFalse(new NamePattern("layer1.*.conv?").matches("layer1x0.conv2"));
    assertTrue(new NamePattern("a(b)*").matches("a(b)\n"));
    assertFalse(new NamePattern("a").matches("ab"));
  }

  @Test
  void overridesAreParsed() {
    assertEquals(0, LayerOverride.parse("a", "dense").sparsity());
    assertEquals(0.25, LayerOverride.parse("a", "0.25").sparsity());
    assertEquals(new PrunePattern.Nm(1, 4), LayerOverride.parse("a", "nm1:4").pattern());
    assertThrows(IllegalArgumentException.class, () -> LayerOverride.parse("a", "1.0"));
    assertThrows(IllegalArgumentException.class, () -> LayerOverride.parse("a", "channels:0.5"));
  }
}
