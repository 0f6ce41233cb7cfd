package dev.pith.runtime.launch;

import java.lang.foreign.MemorySegment;

/** Memory of the host for copies to and from a device. Whoever makes it closes it. */
public interface HostBuffer extends AutoCloseable {

  /** The memory; native, of exactly the size asked for. */
  MemorySegment memory();

  @Override
  void close();
}
