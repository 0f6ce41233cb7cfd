package dev.pith.kernels.conv;

import java.util.List;

/**
 * What windows that slide over an input may look like, so that every place a window reaches fits an
 * int: kernels count in ints, and a file may claim anything. Stateless, thread-safe.
 */
public final class WindowLimits {

  /** Longest extent of a padded input and of a window, and longest step. */
  public static final long LONGEST = 1 << 30;

  private WindowLimits() {}

  /**
   * Checks windows; all lists have one entry for each spatial axis.
   *
   * @throws IllegalArgumentException if lists differ in length, a stride or dilation is below 1, or
   *     an extent is negative or above {@link #LONGEST}
   */
  public static void check(
      List<Long> input,
      List<Long> kernel,
      List<Long> strides,
      List<Long> dilations,
      List<Long> padsBegin,
      List<Long> padsEnd) {
    int axes = kernel.size();
    for (List<Long> other : List.of(input, strides, dilations, padsBegin, padsEnd)) {
      if (other.size() != axes) {
        throw new IllegalArgumentException(
            "a window " + kernel + " over " + axes + " axes comes with " + other);
      }
    }
    for (int i = 0; i < axes; i++) {
      within("stride", strides.get(i), 1);
      within("dilation", dilations.get(i), 1);
      within("kernel extent", kernel.get(i), 0);
      within("window with its dilation", Math.max(0, kernel.get(i) - 1) * dilations.get(i), 0);
      within("input extent", input.get(i), 0);
      within("pad", padsBegin.get(i), -LONGEST);
      within("pad", padsEnd.get(i), -LONGEST);
      within("padded input", input.get(i) + padsBegin.get(i) + padsEnd.get(i), -LONGEST);
    }
  }

  private static void within(String what, long value, long least) {
    if (value < least || value > LONGEST) {
      throw new IllegalArgumentException(
          what + " is " + value + "; " + least + " to " + LONGEST + " are possible");
    }
  }
}
