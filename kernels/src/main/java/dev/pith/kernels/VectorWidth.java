package dev.pith.kernels;

import jdk.incubator.vector.VectorShape;

/** Whether the Vector API is there, and how wide its vectors are. */
public final class VectorWidth {

  private VectorWidth() {}

  /**
   * Bits of the widest vectors the machine computes with, or 0 where the module {@code
   * jdk.incubator.vector} was not added.
   */
  public static int preferredBits() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return present ? VectorShape.preferredShape().vectorBitSize() : 0;
  }
}
