package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.launch.DeviceBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Device memory of one context: small buffers share chunks, since the driver rounds every
 * allocation up to pages; a chunk goes back when its last buffer is closed. Safe for use from many
 * threads.
 */
final class CudaMemory {

  /** Every buffer begins at a multiple of it, as the driver's allocations do. */
  static final long ALIGNMENT = 256;

  private static final long CHUNK = 1 << 20;

  /** Larger buffers have an allocation of their own. */
  private static final long LARGEST_SHARED = CHUNK / 4;

  private final CudaDevice device;
  private final Set<Chunk> live = new HashSet<>();
  private Chunk open;
  private long held;

  CudaMemory(CudaDevice device) {
    this.device = device;
  }

  /** An allocation of the driver. */
  private static final class Chunk {
    final long address;
    final long bytes;
    long used;
    int buffers;

    Chunk(long address, long bytes) {
      this.address = address;
      this.bytes = bytes;
    }
  }

  /** Part of a chunk, or of such a part. */
  static final class Buffer implements DeviceBuffer {
    private final CudaMemory memory;
    private final Chunk chunk;
    private final long address;
    private final long bytes;
    private boolean isClosed;

    private Buffer(CudaMemory memory, Chunk chunk, long address, long bytes) {
      this.memory = memory;
      this.chunk = chunk;
      this.address = address;
      this.bytes = bytes;
    }

    /** The address of a buffer; 0 for {@code null}. */
    static long address(DeviceBuffer buffer) {
      return buffer == null ? 0 : ((Buffer) buffer).address;
    }

    @Override
    public long byteSize() {
      return bytes;
    }

    @Override
    public DeviceBuffer part(long offset, long length) {
      if (offset < 0 || length < 1 || offset > bytes - length) {
        throw new IllegalArgumentException(
            "bytes " + offset + " to " + (offset + length) + " of a buffer of " + bytes);
      }
      return new Buffer(null, chunk, address + offset, length);
    }

    @Override
    public void close() {
      if (memory != null && !isClosed) {
        isClosed = true;
        memory.release(chunk);
      }
    }
  }

  synchronized Buffer allocate(long bytes, String purpose) {
    long size = (Math.max(1, bytes) + ALIGNMENT - 1) & -ALIGNMENT;
    Chunk chunk = open;
    if (size > LARGEST_SHARED) {
      chunk = chunk(size, purpose);
    } else if (chunk == null || chunk.bytes - chunk.used < size) {
      chunk = chunk(CHUNK, purpose);
      open = chunk;
    }
    long address = chunk.address + chunk.used;
    chunk.used += size;
    chunk.buffers++;
    return new Buffer(this, chunk, address, Math.max(1, bytes));
  }

  private Chunk chunk(long bytes, String purpose) {
    device.enter();
    try {
      Chunk chunk = new Chunk(device.driver().allocate(bytes), bytes);
      live.add(chunk);
      held += bytes;
      return chunk;
    } catch (DeviceException e) {
      if (e.code() != CudaDriver.OUT_OF_MEMORY) {
        throw e;
      }
      long[] memory = device.driver().memory();
      throw new OutOfDeviceMemoryException(
          device.name(), purpose, bytes, memory[0] + " bytes are free", memory[1], e.code());
    }
  }

  private synchronized void release(Chunk chunk) {
    chunk.buffers--;
    if (chunk.buffers == 0) {
      open = open == chunk ? null : open;
      live.remove(chunk);
      held -= chunk.bytes;
      device.release(() -> device.driver().free(chunk.address));
    }
  }

  /** Bytes of the driver's allocations. */
  synchronized long heldBytes() {
    return held;
  }
}
