package dev.pith.kernels.device;

import dev.pith.kernels.Support;
import dev.pith.kernels.Target;

/** Checks that all device kernels begin with. */
public final class DeviceTarget {

  /** Feature of targets whose fp32 division is correctly rounded. */
  public static final String ROUNDED_DIVISION = "rounded_division";

  /** Kernels number elements with 32 bits; the last group may count beyond the last element. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 2L * 64 * 64;

  private DeviceTarget() {}

  /**
   * Whether {@code target} is an accelerator and no operand has more elements than kernels number.
   *
   * @param elements elements of each operand
   */
  public static Support check(Target target, long... elements) {
    if (target.isCpu()) {
      return Support.no("the target is a CPU, which runs no device source");
    }
    for (long count : elements) {
      if (count > MOST_ELEMENTS) {
        return Support.no("%d elements; device kernels number fewer than 2^31", count);
      }
    }
    return Support.YES;
  }

  /** {@link #check}, and that fp32 division is correctly rounded. */
  public static Support checkDivision(Target target, long... elements) {
    Support support = check(target, elements);
    return support.isSupported() && !target.has(ROUNDED_DIVISION)
        ? Support.no("%s does not round fp32 divisions correctly", target.architecture())
        : support;
  }
}
