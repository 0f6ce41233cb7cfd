package dev.pith.runtime.launch;

import java.lang.foreign.MemorySegment;

/** Commands of a device, done in order. For one thread at a time. */
public interface CommandStream extends AutoCloseable {

  /** Begins to copy native memory, which stays as it is until {@link #finish}, to a buffer. */
  void write(DeviceBuffer target, MemorySegment source);

  /** Begins to copy the beginning of a buffer to native memory. */
  void read(DeviceBuffer source, MemorySegment target);

  /** Waits until all commands are done. */
  void finish();

  /**
   * Commands that are the same each time: those that {@code commands} issues to this stream. A
   * driver that can records them once and replays them with one call.
   */
  Recording record(Runnable commands);

  @Override
  void close();

  /** Commands that can be issued again and again. */
  interface Recording extends AutoCloseable {

    /** Issues the commands. */
    void play();

    @Override
    void close();
  }
}
