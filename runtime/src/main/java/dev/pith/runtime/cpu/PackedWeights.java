package dev.pith.runtime.cpu;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Repacked forms of constants, made once for a device and shared by all plans; keyed by the address
 * of the constant's first component and the name of the form.
 */
final class PackedWeights implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final List<PackedWeights> adopted = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, Packed> packed = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  /** The original is kept so that its memory, which the key names, is not reused. */
  private record Packed(Tensor original, MemorySegment form) {}

  /** What a kernel that prepares a step may use. */
  PrepareContext context(Target target, List<Tensor> constants) {
    return new PrepareContext() {
      @Override
      public Target target() {
        return target;
      }

      @Override
      public Tensor constant(int index) {
        return index < constants.size() ? constants.get(index) : null;
      }

      @Override
      public MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack) {
        Tensor constant = constants.get(index);
        String key = Long.toHexString(constant.values().address()) + " " + format;
        return packed.computeIfAbsent(key, k -> pack(constant, pack)).form();
      }
    };
  }

  private Packed pack(Tensor constant, Function<Arena, MemorySegment> pack) {
    MemorySegment form = pack.apply(arena);
    bytes.addAndGet(form.byteSize());
    return new Packed(constant, form);
  }

  /** Takes over what {@code other} holds, to be closed with this. */
  void adopt(PackedWeights other) {
    other.packed.forEach(
        (key, form) -> {
          if (packed.putIfAbsent(key, form) == null) {
            bytes.addAndGet(form.form().byteSize());
          }
        });
    adopted.add(other);
  }

  long byteSize() {
    return bytes.get();
  }

  @Override
  public void close() {
    adopted.forEach(PackedWeights::close);
    arena.close();
  }
}
