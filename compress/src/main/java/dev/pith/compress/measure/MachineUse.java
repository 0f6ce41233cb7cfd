package dev.pith.compress.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the machine's processors were used up to a moment, as Linux counts it. Two of them tell what
 * went on in between. Immutable.
 *
 * @param total time of all processors, in the system's ticks; 0 where it is not known
 * @param idle the part in which they had nothing to do
 * @param stolen the part that the host gave to other virtual machines
 * @param own the part that this process used
 * @param throttled times that heat slowed a processor down; 0 where that is not counted
 */
record MachineUse(long total, long idle, long stolen, long own, long throttled) {

  private static final Path PROCESSORS = Path.of("/proc/stat");
  private static final Path OWN = Path.of("/proc/self/stat");
  private static final Path THROTTLED =
      Path.of("/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count");
  private static final MachineUse UNKNOWN = new MachineUse(0, 0, 0, 0, 0);

  private static final double BUSY = 0.05;
  private static final double STOLEN = 0.02;
  private static final double SPREAD = 0.05;
  private static final double DRIFT = 0.05;

  /** The state now. */
  static MachineUse now() {
    if (!Files.isReadable(PROCESSORS) || !Files.isReadable(OWN)) {
      return UNKNOWN;
    }
    try {
      String[] all = Files.readString(PROCESSORS).lines().findFirst().orElse("").split(" +", -1);
      long total = 0;
      for (int i = 1; i <= 8 && i < all.length; i++) {
        total += Long.parseLong(all[i]);
      }
      String process = Files.readString(OWN);
      String[] fields = process.substring(process.lastIndexOf(')') + 2).split(" ", -1);
      long heat =
          Files.isReadable(THROTTLED) ? Long.parseLong(Files.readString(THROTTLED).strip()) : 0;
      return new MachineUse(
          total,
          Long.parseLong(all[4]) + Long.parseLong(all[5]),
          Long.parseLong(all[8]),
          Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
          heat);
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return UNKNOWN; // sandboxes show such files empty or cut
    }
  }

  /** What made times since {@code before} doubtful, in sentences; empty where nothing did. */
  List<String> doubts(MachineUse before, List<Timing> timings) {
    List<String> doubts = new ArrayList<>();
    double span = total - before.total;
    if (before.total > 0 && span > 0) {
      double taken = (stolen - before.stolen) / span;
      double others = (span - (idle - before.idle) - (own - before.own)) / span - taken;
      if (others > BUSY) {
        doubts.add(
            percent(
                "other programs used %.0f %% of the processors: these numbers are rough", others));
      }
      if (taken > STOLEN) {
        doubts.add(percent("the host took %.0f %% of the processors away", taken));
      }
      if (throttled > before.throttled) {
        doubts.add("heat slowed the processor down while it was measured");
      }
    }
    double spread = timings.stream().mapToDouble(Timing::spread).max().orElse(0);
    if (spread > SPREAD) {
      doubts.add(percent("the machine is noisy: times of the rounds differ by %.0f %%", spread));
    }
    double drift = timings.stream().mapToDouble(Timing::drift).min().orElse(1) - 1;
    if (drift > DRIFT) {
      doubts.add(
          percent(
              "everything became %.0f %% slower from beginning to end: the processor may be"
                  + " throttled",
              drift));
    }
    if (timings.stream().anyMatch(timing -> !timing.warmUp().isSteady())) {
      doubts.add("times were still changing when the warm-up ended: give more --seconds");
    }
    return doubts;
  }

  private static String percent(String text, double fraction) {
    return String.format(Locale.ROOT, text, 100 * fraction);
  }
}
