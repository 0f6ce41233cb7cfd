package dev.pith.kernels;

import java.lang.foreign.MemorySegment;

/**
 * A program whose output elements are independent: items are chunks of elements.
 *
 * @param count elements of the output
 * @param chunk elements in one work item: enough to make handing out work cheap
 * @param body computes a range of elements
 */
public record ElementwiseProgram(long count, long chunk, Body body) implements HostProgram {

  /** Elements in one work item unless a kernel has a reason for another number. */
  public static final long CHUNK = 4096;

  /** A program with items of {@link #CHUNK} elements. */
  public ElementwiseProgram(long count, Body body) {
    this(count, CHUNK, body);
  }

  /** Computes output elements {@code from} (inclusive) to {@code to} (exclusive). */
  @FunctionalInterface
  public interface Body {
    /** Computes elements {@code from} to {@code to} of every output. */
    void run(Arguments arguments, long from, long to);
  }

  @Override
  public long workItems(int phase) {
    return Math.max(1, (count + chunk - 1) / chunk);
  }

  @Override
  public void run(
      int phase,
      Arguments arguments,
      MemorySegment shared,
      MemorySegment scratch,
      long from,
      long to) {
    body.run(arguments, from * chunk, Math.min(count, to * chunk));
  }
}
