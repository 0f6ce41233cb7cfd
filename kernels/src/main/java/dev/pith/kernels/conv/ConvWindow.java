package dev.pith.kernels.conv;

import dev.pith.kernels.Support;
import dev.pith.kernels.device.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Tables of a convolution's windows for device kernels. */
public final class ConvWindow {

  private ConvWindow() {}

  /** What {@code window_at} of the prelude reads; {@code g} has 1 to 3 spatial axes. */
  public static List<Integer> table(ConvGeometry g) {
    return Window.table(
        g.input(),
        g.kernel(),
        g.strides(),
        g.dilations(),
        g.padsBegin(),
        IntStream.range(0, g.axes()).mapToObj(g::output).toList());
  }

  /**
   * For each column of a weight row, two numbers: elements from the first one of a window in the
   * first channel to the one that the column is multiplied with, and the distances of its pixel
   * along three axes, ten bits each, the last axis lowest.
   */
  public static List<Integer> places(ConvGeometry g) {
    List<Integer> table = table(g);
    List<Integer> places = new ArrayList<>();
    int[] in = new int[Window.AXES];
    int[] step = new int[Window.AXES];
    int[] extent = new int[Window.AXES];
    for (int axis = 0; axis < Window.AXES; axis++) {
      in[axis] = table.get(axis);
      extent[axis] = table.get(Window.AXES + axis);
      step[axis] = table.get(3 * Window.AXES + axis);
    }
    int channels = Math.toIntExact(g.inputChannels() / g.groups());
    int pixels = Math.toIntExact(g.inputPixels());
    for (int tap = 0; tap < extent[0] * extent[1] * extent[2]; tap++) {
      int z = tap / extent[2] / extent[1] * step[0];
      int y = tap / extent[2] % extent[1] * step[1];
      int x = tap % extent[2] * step[2];
      for (int c = 0; c < channels; c++) {
        places.add(c * pixels + (z * in[1] + y) * in[2] + x);
        places.add(z << 20 | y << 10 | x);
      }
    }
    return places;
  }

  /**
   * Whether a device kernel's windows have few enough axes, and if so, what {@code counts} says of
   * the numbers of inputs, outputs and weights.
   */
  public static Support check(ConvGeometry g, Function<long[], Support> counts) {
    if (g.axes() > Window.AXES) {
      return Support.no("%d spatial axes; 1 to 3 are supported", g.axes());
    }
    return counts.apply(
        new long[] {
          g.inputShape().elementCount(),
          g.outputShape().elementCount(),
          g.outputChannels() * g.columns()
        });
  }
}
