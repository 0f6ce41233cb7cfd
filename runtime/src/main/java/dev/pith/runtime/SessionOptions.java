package dev.pith.runtime;

import dev.pith.runtime.device.DeviceOptions.KernelSelection;

/**
 * How to run a model. Immutable.
 *
 * @param device {@code auto}, a backend's name, or name:index ({@code cuda:1})
 * @param threads threads that work on one run (CPU); 0 for all processors
 * @param vectorBits widest Vector API vectors to use; −1 for the machine's own, 0 for none
 * @param selection how kernels are chosen
 * @param allowFallback whether the CPU computes nodes that the device has no kernel for; otherwise
 *     such a node is an error
 */
public record SessionOptions(
    String device, int threads, int vectorBits, KernelSelection selection, boolean allowFallback) {

  public SessionOptions {
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException(
          "threads is " + threads + "; 0 (all) to 1024 are possible");
    }
  }

  /** The best device present, all processors, the fastest kernels; settings may override. */
  public static SessionOptions defaults() {
    return new SessionOptions(
        Settings.DEVICE.get(),
        Settings.THREADS.getInt(),
        Settings.VECTOR_BITS.getInt(),
        KernelSelection.parse(Settings.TUNING.get().strip()),
        Settings.ALLOW_FALLBACK.getSwitch());
  }

  /** The same options on another device. */
  public SessionOptions withDevice(String other) {
    return new SessionOptions(other, threads, vectorBits, selection, allowFallback);
  }

  /** The same options with another number of threads. */
  public SessionOptions withThreads(int other) {
    return new SessionOptions(device, other, vectorBits, selection, allowFallback);
  }

  /** The same options with another vector width. */
  public SessionOptions withVectorBits(int other) {
    return new SessionOptions(device, threads, other, selection, allowFallback);
  }

  /** The same options with another way to choose kernels. */
  public SessionOptions withSelection(KernelSelection other) {
    return new SessionOptions(device, threads, vectorBits, other, allowFallback);
  }

  /** The same options, with or without the CPU for nodes that the device has no kernel for. */
  public SessionOptions withFallback(boolean allowed) {
    return new SessionOptions(device, threads, vectorBits, selection, allowed);
  }
}
