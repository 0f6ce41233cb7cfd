package dev.pith.runtime.cpu;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The memory of one run at a time: values, scratch, and the arguments of each step bound to them.
 * Allocated once and reused, so that a run allocates nothing but its outputs.
 */
final class Workspace implements AutoCloseable {

  /** Counters of different phases lie this many longs apart: two cache lines. */
  private static final int COUNTER_STRIDE = 16;

  final Arena arena = Arena.ofShared();
  final MemorySegment values;
  final MemorySegment shared;
  private final MemorySegment[] scratch;
  private final MemorySegment[] heapScratch;
  final Tensor[] inputs;
  final Tensor[] outputs;
  final Arguments[] arguments;
  private final AtomicLongArray claimed;
  private final AtomicLongArray finished;

  Workspace(
      long valueBytes,
      long sharedBytes,
      long scratchBytes,
      int scratchFloats,
      int threads,
      int steps,
      int phases,
      int inputCount,
      int outputCount) {
    values = allocate(valueBytes);
    shared = allocate(sharedBytes);
    scratch = new MemorySegment[threads];
    heapScratch = new MemorySegment[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = allocate(scratchBytes);
      heapScratch[i] = MemorySegment.ofArray(new float[scratchFloats]);
    }
    inputs = new Tensor[inputCount];
    outputs = new Tensor[outputCount];
    arguments = new Arguments[steps];
    claimed = new AtomicLongArray(phases * COUNTER_STRIDE);
    finished = new AtomicLongArray(phases * COUNTER_STRIDE);
  }

  private MemorySegment allocate(long bytes) {
    try {
      return arena.allocate(Math.max(bytes, 64), 64);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new OutOfDeviceMemoryException("cpu", "values and scratch of a run", bytes, e);
    }
  }

  /** Bytes of memory held, native and heap. */
  long byteSize() {
    long perThread = scratch[0].byteSize() + heapScratch[0].byteSize();
    return values.byteSize() + shared.byteSize() + scratch.length * perThread;
  }

  /** The scratch of {@code worker} that {@code program} asks for. */
  MemorySegment scratch(HostProgram program, int worker) {
    return program.scratchFloats() > 0 ? heapScratch[worker] : scratch[worker];
  }

  void reset() {
    for (int i = 0; i < claimed.length(); i += COUNTER_STRIDE) {
      claimed.setPlain(i, 0);
      finished.setPlain(i, 0);
    }
  }

  /** Items of a phase that were taken so far. */
  long claimed(int phase) {
    return claimed.get(phase * COUNTER_STRIDE);
  }

  /** Takes items of a phase; false if others took some after {@link #claimed} said {@code from}. */
  boolean claim(int phase, long from, long to) {
    return claimed.compareAndSet(phase * COUNTER_STRIDE, from, to);
  }

  void finish(int phase, long count) {
    finished.addAndGet(phase * COUNTER_STRIDE, count);
  }

  boolean isFinished(int phase, long items) {
    return finished.get(phase * COUNTER_STRIDE) >= items;
  }

  @Override
  public void close() {
    arena.close();
  }
}
