package dev.pith.runtime.launch;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies on a device for as long as it is open: constants, each uploaded once as it is stored,
 * packed forms of those that kernels do not read as they are stored, and tables. Shared by all
 * executables of a device; safe for use from many threads.
 */
public final class ConstantStore implements AutoCloseable {

  private static final String AS_STORED = "";

  private final Accelerator accelerator;
  private final Map<Key, Uploaded> uploaded = new HashMap<>();
  private final Map<List<Integer>, DeviceBuffer> tables = new HashMap<>();
  private long bytes;

  private record Key(long address, long byteSize, String format) {}

  /** The original is kept so that its memory, which the key names, is not reused. */
  private record Uploaded(Tensor original, DeviceBuffer buffer) {}

  /** A store that is empty. */
  public ConstantStore(Accelerator accelerator) {
    this.accelerator = accelerator;
  }

  /** Component {@code component} of a constant. */
  synchronized DeviceBuffer component(Tensor constant, int component) {
    MemorySegment values = constant.component(component);
    Uploaded ready = uploaded.get(key(values, AS_STORED));
    return ready != null ? ready.buffer() : keep(constant, values, AS_STORED, values);
  }

  /** A packed form of a constant. */
  synchronized DeviceBuffer packed(Tensor constant, Argument.Packed packed) {
    MemorySegment place = constant.values();
    Uploaded ready = uploaded.get(key(place, packed.format()));
    if (ready != null) {
      return ready.buffer();
    }
    try (Arena arena = Arena.ofConfined()) {
      return keep(constant, place, packed.format(), packed.pack().apply(constant, arena));
    }
  }

  /** A table of integers. */
  synchronized DeviceBuffer table(List<Integer> values) {
    DeviceBuffer ready = tables.get(values);
    if (ready == null) {
      try (Arena arena = Arena.ofConfined()) {
        int[] ints = values.stream().mapToInt(Integer::intValue).toArray();
        ready = upload(arena.allocateFrom(ValueLayout.JAVA_INT, ints), "tables");
      }
      tables.put(values, ready);
    }
    return ready;
  }

  private static Key key(MemorySegment place, String format) {
    return new Key(place.address(), place.byteSize(), format + place.byteSize());
  }

  private DeviceBuffer keep(
      Tensor constant, MemorySegment place, String format, MemorySegment values) {
    DeviceBuffer buffer = upload(values, "weights");
    uploaded.put(key(place, format), new Uploaded(constant, buffer));
    bytes += values.byteSize();
    return buffer;
  }

  private DeviceBuffer upload(MemorySegment values, String purpose) {
    DeviceBuffer buffer = accelerator.allocate(values.byteSize(), purpose);
    try (Arena arena = Arena.ofConfined();
        CommandStream stream = accelerator.stream()) {
      stream.write(buffer, nativeCopy(values, arena));
      stream.finish();
      return buffer;
    } catch (RuntimeException e) {
      buffer.close();
      throw e;
    }
  }

  private static MemorySegment nativeCopy(MemorySegment values, Arena arena) {
    return values.isNative() || values.byteSize() == 0
        ? values
        : arena.allocate(values.byteSize(), Tensor.ALIGNMENT).copyFrom(values);
  }

  /** Bytes of all weights on the device. */
  public synchronized long byteSize() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    uploaded.values().forEach(entry -> entry.buffer().close());
    uploaded.clear();
    tables.values().forEach(DeviceBuffer::close);
    tables.clear();
    bytes = 0;
  }
}
