package dev.pith.compress.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.measure.Speedup.Outcome;
import dev.pith.compress.measure.Timing.WarmUp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterleavedTest {

  private static final WarmUp STEADY = new WarmUp(3, 1, 1, true);

  private static Timing timing(List<Double> rounds) {
    double median = Timing.median(rounds);
    return new Timing(
        STEADY, new Percentiles(median, median, median, median, median), rounds, 9, 1);
  }

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
    assertTrue(timings.get(0).runs() > timings.get(1).runs(), timings.toString());
    // warm-up of both, then two turns forwards and backwards
    assertTrue(order.toString().matches("q+s+(q+s+s+q+){2}"), order.length() + " runs");
  }

  @Test
  void aWarmUpThatDoesNotSettleIsToldApart() {
    int[] runs = {0};
    Runnable faster = () -> LockSupport.parkNanos(8_000_000L >> Math.min(20, runs[0]++ / 4));
    WarmUp warmUp = new Interleaved(0.08, 0.01, 1).measure(List.of(faster)).get(0).warmUp();
    assertFalse(warmUp.isSteady(), warmUp.toString());
    assertTrue(warmUp.firstMillis() >= 2, warmUp.toString());
    Runnable even = () -> LockSupport.parkNanos(3_000_000);
    assertTrue(new Interleaved(2, 0.01, 1).measure(List.of(even)).get(0).warmUp().isSteady());
  }

  @Test
  void aSpeedupIsTheirTimeOverOurs() {
    Speedup speedup =
        Speedup.of(timing(Collections.nCopies(8, 2.0)), timing(Collections.nCopies(8, 10.0)));
    assertEquals(5, speedup.ratio(), 1e-9);
    assertEquals(5, speedup.low(), 1e-9);
    assertEquals("5.0× faster", speedup.verdict());
    assertThrows(
        IllegalArgumentException.class,
        () -> Speedup.of(timing(List.of(1.0)), timing(List.of(1.0, 2.0))));
  }

  @Test
  void whatSlowsBothDownCancels() {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double machine = i < 10 ? 1 : 3;
      ours.add(machine * (1 + 0.01 * (i % 3)));
      theirs.add(machine * 2);
    }
    Speedup speedup = Speedup.of(timing(ours), timing(theirs));
    assertTrue(speedup.low() > 1.9 && speedup.high() < 2.05, speedup.toString());
  }

  /** The share of experiments whose interval holds the true ratio. */
  @Test
  void intervalsHoldTheTruthNineteenTimesInTwenty() {
    Random random = new Random(5);
    int held = 0;
    int experiments = 400;
    for (int e = 0; e < experiments; e++) {
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        double machine = Math.exp(0.3 * random.nextGaussian());
        ours.add(machine * Math.exp(0.1 * random.nextGaussian()));
        theirs.add(machine * 1.5 * Math.exp(0.1 * random.nextGaussian()));
      }
      Speedup speedup = Speedup.of(timing(ours), timing(theirs));
      held += speedup.low() <= 1.5 && 1.5 <= speedup.high() ? 1 : 0;
    }
    assertTrue(held >= 0.9 * experiments && held <= 0.98 * experiments, held + " of 400");
  }

  @ParameterizedTest
  @CsvSource({
    "2.05, 1.9,  2.2,  FASTER,    1.9–2.2× faster",
    "12.4, 11.6, 13.4, FASTER,    12–13× faster",
    "1.06, 1.03, 1.09, FASTER,    1.03–1.09× faster",
    "0.5,  0.4,  0.625, SLOWER,   1.6–2.5× slower",
    "1.01, 0.99, 1.02, SAME,      no difference (0.99–1.02×)",
    "1.01, 1.004, 1.014, SAME,    no difference (1.00–1.01×)",
    "1.1,  0.7,  1.6,  UNDECIDED, undecided (0.70–1.60×): measure longer"
  })
  void verdictsArePlain(double ratio, double low, double high, Outcome outcome, String text) {
    Speedup speedup = new Speedup(ratio, low, high);
    assertEquals(outcome, speedup.outcome());
    assertEquals(text, speedup.verdict());
  }

  @Test
  void noiseThrottlingAndOtherProgramsAreSaid() {
    MachineUse before = new MachineUse(1000, 100, 10, 50, 3);
    List<Double> calm = Collections.nCopies(20, 1.0);
    List<Double> slower = new ArrayList<>();
    List<Double> noisy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slower.add(1 + 0.02 * i);
      noisy.add(i % 2 == 0 ? 1.0 : 1.4);
    }
    MachineUse quiet = new MachineUse(2000, 600, 10, 540, 3);
    assertEquals(List.of(), quiet.doubts(before, List.of(timing(calm))));
    MachineUse busy = new MachineUse(2000, 150, 110, 550, 4);
    String doubts = busy.doubts(before, List.of(timing(calm))).toString();
    assertTrue(doubts.contains("other programs used 35 %"), doubts);
    assertTrue(doubts.contains("the host took 10 %"), doubts);
    assertTrue(doubts.contains("heat slowed"), doubts);
    assertTrue(quiet.doubts(before, List.of(timing(noisy))).get(0).contains("noisy"));
    doubts = quiet.doubts(before, List.of(timing(slower), timing(slower))).toString();
    assertTrue(doubts.contains("throttled"), doubts);
    doubts = quiet.doubts(before, List.of(timing(slower), timing(calm))).toString();
    assertFalse(doubts.contains("throttled"), doubts);
  }

  @Test
  void theMiddleOfTimes() {
    assertEquals(2, Timing.median(List.of(9.0, 1.0, 2.0)));
    assertEquals(1.5, Timing.median(List.of(2.0, 1.0)));
  }
}
