package dev.pith.kernels.device;

import java.util.ArrayList;
import java.util.List;

/**
 * Tables for {@code window_at} of the prelude: input, kernel, stride, dilation, padding before, and
 * output, each with three extents; missing axes in front have extent 1.
 */
public final class Window {

  /** Spatial axes that device kernels handle. */
  public static final int AXES = 3;

  private Window() {}

  /** The table of a window; each list has one entry for each of 1 to 3 spatial axes. */
  public static List<Integer> table(
      List<Long> input,
      List<Long> kernel,
      List<Long> strides,
      List<Long> dilations,
      List<Long> padsBegin,
      List<Long> output) {
    List<Integer> table = new ArrayList<>();
    add(table, input, 1);
    add(table, kernel, 1);
    add(table, strides, 1);
    add(table, dilations, 1);
    add(table, padsBegin, 0);
    add(table, output, 1);
    return table;
  }

  private static void add(List<Integer> table, List<Long> values, int filler) {
    for (int i = values.size(); i < AXES; i++) {
      table.add(filler);
    }
    values.forEach(value -> table.add(Math.toIntExact(value)));
  }
}
