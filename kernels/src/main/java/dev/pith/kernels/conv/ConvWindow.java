package dev.pith.kernels.conv;

import dev.pith.kernels.device.Window;
import java.util.List;
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
}
