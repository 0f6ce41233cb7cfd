package dev.pith.runtime.device;

import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Repacked forms of constants, made once and shared by all plans; keyed by the address of the
 * constant's first component and the name of the form. Safe for use from many threads.
 */
public final class PackedWeights implements AutoCloseable {

  /** Made for the first form: closing one stops all threads for a moment. */
  private Arena arena;

  private final List<PackedWeights> adopted = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, Packed> packed = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong releasedBytes = new AtomicLong();

  /**
   * The constants of the step it was made for are kept, so that their memory, which the key names,
   * is not reused.
   */
  private record Packed(Tensor original, MemorySegment form, List<Tensor> constants) {}

  /** What a kernel that prepares a step with these constants may use. */
  public PrepareContext context(Target target, List<Tensor> constants) {
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
        return packed.computeIfAbsent(key, k -> pack(constant, pack, constants)).form();
      }
    };
  }

  private Packed pack(
      Tensor constant, Function<Arena, MemorySegment> pack, List<Tensor> constants) {
    MemorySegment form = pack.apply(arena());
    bytes.addAndGet(form.byteSize());
    return new Packed(constant, form, constants);
  }

  /**
   * Gives back the memory of weights in a mapped file that were repacked whole: kernels read the
   * repacked form from now on. A form much smaller than the constant (sums, biases) replaces
   * nothing. Called when all that prepares is done, since kernels look at weights several times.
   */
  public void release() {
    IdentityHashMap<Tensor, Long> replaced = new IdentityHashMap<>();
    for (Packed form : packed.values()) {
      if (2 * form.form().byteSize() >= form.original().byteSize()) {
        replaced.put(form.original(), 0L);
      }
    }
    long released = 0;
    for (Tensor weight : replaced.keySet()) {
      for (int i = 0; i < weight.layout().componentNames().size(); i++) {
        MemorySegment component = weight.component(i);
        if (component.isMapped() && component.byteSize() > 0) {
          component.unload();
          released += component.byteSize();
        }
      }
    }
    releasedBytes.set(released);
  }

  /** Bytes that {@link #release} gave back. */
  public long releasedBytes() {
    return releasedBytes.get();
  }

  /**
   * Takes over what {@code other} holds, to be closed with this.
   *
   * @return false if all of it is here already; then {@code other} stays the caller's
   */
  public boolean adopt(PackedWeights other) {
    boolean[] any = {false};
    other.packed.forEach(
        (key, form) -> {
          if (packed.putIfAbsent(key, form) == null) {
            bytes.addAndGet(form.form().byteSize());
            any[0] = true;
          }
        });
    if (any[0]) {
      adopted.add(other);
    }
    return any[0];
  }

  /** Bytes of all forms. */
  public long byteSize() {
    return bytes.get();
  }

  @Override
  public void close() {
    adopted.forEach(PackedWeights::close);
    closeArena();
  }

  private synchronized Arena arena() {
    if (arena == null) {
      arena = Arena.ofShared();
    }
    return arena;
  }

  private synchronized void closeArena() {
    if (arena != null) {
      arena.close();
    }
  }
}
