package dev.pith.kernels.conv;

import dev.pith.kernels.Support;
import dev.pith.kernels.device.Window;
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
