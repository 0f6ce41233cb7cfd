package dev.pith.runtime.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places of all run-time values in one workspace, so that values that are never alive together
 * share bytes. Greedy by size (Pisarchyk and Lee 2020): the largest value first, each at the lowest
 * offset free during its whole life.
 *
 * @param offsets byte offset of each value, a multiple of the alignment it was made with
 * @param byteSize bytes of the workspace
 */
public record MemoryPlan(Map<String, Long> offsets, long byteSize) {

  /** Alignment of each value in bytes, where the device asks for no more. */
  public static final long ALIGNMENT = 64;

  /**
   * A value's life.
   *
   * @param name the value
   * @param bytes its size
   * @param first index of the step that writes it (−1 for graph inputs)
   * @param last index of the last step that reads it
   */
  public record Life(String name, long bytes, int first, int last) {
    boolean overlaps(Life other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** Places values with the given lives at multiples of {@code alignment}, a power of two. */
  public static MemoryPlan of(List<Life> lives, long alignment) {
    List<Life> order = new ArrayList<>(lives);
    order.sort(MemoryPlan::largestFirst);
    Map<String, Long> offsets = new HashMap<>();
    List<Life> placed = new ArrayList<>();
    long total = 0;
    for (Life life : order) {
      List<Life> rivals = new ArrayList<>(placed.stream().filter(life::overlaps).toList());
      rivals.sort((a, b) -> Long.compare(offsets.get(a.name()), offsets.get(b.name())));
      long offset = 0;
      for (Life rival : rivals) {
        long start = offsets.get(rival.name());
        if (offset + life.bytes() <= start) {
          break;
        }
        offset = Math.max(offset, align(start + rival.bytes(), alignment));
      }
      offsets.put(life.name(), offset);
      placed.add(life);
      total = Math.max(total, align(offset + life.bytes(), alignment));
    }
    return new MemoryPlan(offsets, total);
  }

  private static int largestFirst(Life a, Life b) {
    return a.bytes() == b.bytes()
        ? a.name().compareTo(b.name())
        : Long.compare(b.bytes(), a.bytes());
  }

  private static long align(long bytes, long alignment) {
    return (bytes + alignment - 1) & -alignment;
  }
}
