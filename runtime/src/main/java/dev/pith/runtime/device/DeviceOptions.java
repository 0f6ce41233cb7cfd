package dev.pith.runtime.device;

import java.nio.file.Path;

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
    boolean allowFallback) {

  /** How kernels are chosen. */
  public enum KernelSelection {
    /** The fastest measured where the choice is not obvious. */
    MEASURED,
    /** The first in order of preference that supports the problem. */
    PREFERRED,
    /** The reference kernel: slow, the oracle. */
    REFERENCE
  }
}
