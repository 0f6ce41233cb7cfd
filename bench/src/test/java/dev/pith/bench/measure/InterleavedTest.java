package dev.pith.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.bench.measure.Interleaved.Speedup;
import dev.pith.bench.measure.Interleaved.Timing;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class InterleavedTest {

  @Test
  void contendersTakeTurnsAndKeepTheirTimes() {
    StringBuilder order = new StringBuilder();
    Runnable quick = () -> order.append('q');
    Runnable slow =
        () -> {
          order.append('s');
          LockSupport.parkNanos(2_000_000);
        };
    List<Timing> timings = new Interleaved(0.01, 0.02, 4).measure(List.of(quick, slow));
    assertEquals(4, timings.get(0).rounds().size());
    assertTrue(timings.get(1).median() >= 2, timings.toString());
    assertTrue(timings.get(0).median() < timings.get(1).median(), timings.toString());
    // warm-up of both, then four turns of each
    assertTrue(order.toString().matches("q+s+(q+s+){4}"), order.length() + " runs");
  }

  @Test
  void aSpeedupIsTheirTimeOverOurs() {
    Timing ours = new Timing(2, List.of(2.0, 2.0, 4.0));
    Timing theirs = new Timing(10, List.of(10.0, 12.0, 10.0));
    assertEquals(new Speedup(5, 2.5, 6), Speedup.of(ours, theirs));
  }

  @Test
  void theMiddleOfTimes() {
    assertEquals(2, Interleaved.median(List.of(9.0, 1.0, 2.0)));
    assertEquals(1.5, Interleaved.median(List.of(2.0, 1.0)));
  }
}
