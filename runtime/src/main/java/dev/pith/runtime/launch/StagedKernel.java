package dev.pith.runtime.launch;

import dev.pith.kernels.LibraryKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import java.util.List;

/**
 * A kernel that calls a vendor's library, with launches of own kernels before and after.
 *
 * @param <P> the problem family
 */
public interface StagedKernel<P extends Problem> extends LibraryKernel<P> {

  /** The class of problems. */
  Class<P> problem();

  /** The commands that solve {@code problem} on {@code target}, in order. */
  List<Stage> stages(P problem, Target target);
}
