package dev.pith.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeanTest {

  @Test
  void intervalsAreStudents() {
    Mean three = Mean.of(List.of(1.0, 2.0, 3.0));
    assertEquals(2, three.mean());
    // t(0.975, 2) · 1 / sqrt(3).
    assertEquals(4.3027 / Math.sqrt(3), three.half(), 1e-9);
    assertTrue(Double.isNaN(Mean.of(List.of(5.0)).half()));
    assertEquals(0, Mean.of(Collections.nCopies(50, 7.0)).half());
    assertThrows(IllegalArgumentException.class, () -> Mean.of(List.of()));
  }
}
