package dev.pith.runtime.launch;

/** Device memory, or a part of a larger buffer. Whoever makes it closes it. */
public interface DeviceBuffer extends AutoCloseable {

  /** Bytes, at least 1. */
  long byteSize();

  /**
   * Part of this buffer, to be closed before it.
   *
   * @param offset first byte, a multiple of the device's alignment
   * @param length bytes, at least 1
   */
  DeviceBuffer part(long offset, long length);

  @Override
  void close();
}
