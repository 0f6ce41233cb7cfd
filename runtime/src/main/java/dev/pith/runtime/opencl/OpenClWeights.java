package dev.pith.runtime.opencl;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Constants in device memory, each uploaded once as it is stored, and packed forms of those that
 * kernels do not read as they are stored. Shared by all executables of a device.
 */
final class OpenClWeights implements AutoCloseable {

  private static final String AS_STORED = "";

  private final OpenClDevice device;
  private final Map<Key, Uploaded> uploaded = new HashMap<>();
  private long bytes;

  private record Key(long address, long byteSize, String format) {}

  /** The original is kept so that its memory, which the key names, is not reused. */
  private record Uploaded(Tensor original, OpenClBuffer buffer) {}

  OpenClWeights(OpenClDevice device) {
    this.device = device;
  }

  /** Component {@code component} of a constant. */
  OpenClBuffer component(Tensor constant, int component) {
    MemorySegment values = constant.component(component);
    return get(constant, values, AS_STORED + values.byteSize(), values);
  }

  /** A packed form of a constant. */
  OpenClBuffer packed(Tensor constant, Argument.Packed packed) {
    return get(constant, constant.values(), packed.format(), packed);
  }

  private synchronized OpenClBuffer get(
      Tensor constant, MemorySegment place, String format, Object source) {
    Key key = new Key(place.address(), place.byteSize(), format);
    Uploaded ready = uploaded.get(key);
    if (ready == null) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment values =
            source instanceof Argument.Packed packed
                ? packed.pack().apply(constant, arena)
                : nativeCopy(place, arena);
        ready = new Uploaded(constant, upload(values));
        uploaded.put(key, ready);
        bytes += values.byteSize();
      }
    }
    return ready.buffer();
  }

  private static MemorySegment nativeCopy(MemorySegment values, Arena arena) {
    return values.isNative() || values.byteSize() == 0
        ? values
        : arena.allocate(values.byteSize(), Tensor.ALIGNMENT).copyFrom(values);
  }

  private OpenClBuffer upload(MemorySegment values) {
    OpenClBuffer buffer = OpenClBuffer.allocate(device, values.byteSize(), "weights");
    try (OpenClQueue queue = new OpenClQueue(device)) {
      queue.write(buffer, values);
      queue.finish();
    }
    return buffer;
  }

  /** Bytes of all weights on the device. */
  synchronized long byteSize() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    uploaded.values().forEach(entry -> entry.buffer().close());
    uploaded.clear();
    bytes = 0;
  }
}
