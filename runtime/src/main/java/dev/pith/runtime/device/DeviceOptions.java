package dev.pith.runtime.device;

import dev.pith.runtime.plan.tune.Tuning;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How to open a device.
 *
 * @param index which device of the backend, from 0
 * @param threads threads that work on one run (CPU); 0 for all processors
 * @param vectorBits widest Vector API vectors to use, or −1 for the machine's own
 * @param selection how kernels are chosen
 * @param architecture the processor's architecture as the virtual machine names it
 * @param system the operating system's name as the virtual machine gives it
 * @param generatedCode whether machine code may be generated (CPU)
 * @param cache folder of what is kept from one process to the next
 * @param allowFallback whether the CPU computes nodes that the device has no kernel for
 * @param recorded whether plans are recorded and replayed as CUDA graphs
 * @param roundsToTf32 whether products of fp32 matrices may round factors to TF32 (CUDA)
 */
public record DeviceOptions(
    int index,
    int threads,
    int vectorBits,
    KernelSelection selection,
    String architecture,
    String system,
    boolean generatedCode,
    Path cache,
    boolean allowFallback,
    boolean recorded,
    boolean roundsToTf32) {

  /** How kernels are chosen, from most to least effort. */
  public enum KernelSelection {
    /**
     * Everything that has an alternative is timed, with the time that takes; see {@link Tuning}.
     */
    MEASURED,
    /** What is in doubt is timed where that takes a moment. */
    QUICK,
    /** The fastest of earlier measurements; nothing is timed. */
    CACHED,
    /** The first in order of preference that supports the problem. */
    PREFERRED,
    /** The reference kernel: slow, the oracle. */
    REFERENCE;

    /** What the planner does. */
    public Tuning tuning() {
      return switch (this) {
        case MEASURED -> Tuning.MEASURED;
        case QUICK -> Tuning.QUICK;
        case CACHED -> Tuning.CACHED;
        case PREFERRED, REFERENCE -> Tuning.OFF;
      };
    }

    /**
     * The constant that {@code text} names in lower case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static KernelSelection parse(String text) {
      for (KernelSelection selection : values()) {
        if (selection.toString().equals(text)) {
          return selection;
        }
      }
      throw new IllegalArgumentException(
          "kernels cannot be chosen as \"" + text + "\"; possible are " + List.of(values()));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
