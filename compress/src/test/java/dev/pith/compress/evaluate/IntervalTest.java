package dev.pith.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IntervalTest {

  @Test
  void endsAreWilsons() {
    // Newcombe 1998, table I: 81 of 263, and 15 of 148, score method without correction.
    assertEquals(0.2553, Interval.of(81, 263).low(), 5e-5);
    assertEquals(0.3662, Interval.of(81, 263).high(), 5e-5);
    assertEquals(0.0624, Interval.of(15, 148).low(), 5e-5);
    assertEquals(0.1605, Interval.of(15, 148).high(), 5e-5);
    assertEquals(0, Interval.of(0, 20).low());
    assertEquals(0.1611, Interval.of(0, 20).high(), 5e-5);
    assertEquals(1, Interval.of(20, 20).high());
  }

  @Test
  void moreSamplesNarrowIt() {
    double last = 1;
    for (int n = 10; n < 100_000; n *= 10) {
      Interval interval = Interval.of(n / 2, n);
      assertTrue(interval.high() - interval.low() < last);
      last = interval.high() - interval.low();
    }
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Interval.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> Interval.of(3, 2));
    assertThrows(IllegalArgumentException.class, () -> Interval.of(-1, 2));
  }
}
