package dev.pith.compress.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void percentilesAreNearestRanks() {
    long[] nanos = LongStream.rangeClosed(1, 1000).map(i -> (1001 - i) * 1_000_000).toArray();
    assertEquals(new Percentiles(500, 900, 950, 990, 999), Percentiles.of(nanos));
    assertEquals(new Percentiles(7, 7, 7, 7, 7), Percentiles.of(new long[] {7_000_000}));
    assertThrows(IllegalArgumentException.class, () -> Percentiles.of(new long[0]));
  }
}
