package dev.pith.runtime.device;

import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Repacked forms of a model's constants that all its sessions on equal processors use together, so
 * that a second session neither makes nor holds them again. Forms do not depend on the number of
 * threads. Those of a target are released when its last user has given them back. Safe for use from
 * many threads.
 */
public final class WeightPool {

  /** Forms for one target, and how many devices use them. */
  private static final class Shared {
    final PackedWeights weights = new PackedWeights();
    int users;
  }

  /** Addresses of the model's constants. */
  private final Set<Long> addresses = new HashSet<>();

  private final Map<String, Shared> shared = new HashMap<>();

  /**
   * An empty pool.
   *
   * @param constants the model's, which live longer than the pool is used
   */
  public WeightPool(Collection<Tensor> constants) {
    for (Tensor constant : constants) {
      addresses.add(constant.values().address());
    }
  }

  /**
   * Whether all of {@code constants} are the model's. Others, which a plan has computed, live as
   * long as that plan, and so must their forms.
   */
  public boolean owns(List<Tensor> constants) {
    for (Tensor constant : constants) {
      if (constant != null && !addresses.contains(constant.values().address())) {
        return false;
      }
    }
    return true;
  }

  /** The forms for a target; to be given back by {@link #giveBack} with the same target. */
  public synchronized PackedWeights borrow(Target target) {
    Shared forms = shared.computeIfAbsent(key(target), k -> new Shared());
    forms.users++;
    return forms.weights;
  }

  /** Says that forms are not used any more; the last user's call releases them. */
  public synchronized void giveBack(Target target) {
    Shared forms = shared.get(key(target));
    forms.users--;
    if (forms.users == 0) {
      shared.remove(key(target));
      forms.weights.close();
    }
  }

  /** Bytes of all forms. */
  public synchronized long byteSize() {
    long bytes = 0;
    for (Shared forms : shared.values()) {
      bytes += forms.weights.byteSize();
    }
    return bytes;
  }

  /** Text, since the methods of a record are made at the first use, which costs milliseconds. */
  private static String key(Target target) {
    return target.architecture()
        + " "
        + target.vectorBits()
        + " "
        + String.join(" ", new TreeSet<>(target.features()));
  }
}
