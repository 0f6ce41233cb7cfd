package dev.pith.kernels;

import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/** What a {@link HostKernel} may look at and allocate while it prepares a program. */
public interface PrepareContext {

  /** The machine to prepare for. */
  Target target();

  /**
   * The constant bound to input {@code index} (a weight, a bias, a scale), in the layout the
   * problem states, or {@code null} if that input is only known when the program runs.
   */
  Tensor constant(int index);

  /**
   * A repacked form of the constant input {@code index}, made once and shared by all programs of
   * the session that ask for the same {@code format} of the same constant; the memory receipt
   * counts it.
   *
   * @param format names the packed form, including its parameters ({@code "panel16"})
   * @param pack allocates the packed form in the arena it is given and fills it
   */
  MemorySegment packed(int index, String format, Function<Arena, MemorySegment> pack);
}
