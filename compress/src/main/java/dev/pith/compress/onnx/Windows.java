package dev.pith.compress.onnx;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.ConvWindow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** The window attributes of convolutions: strides, dilations, pads, auto_pad, group. */
final class Windows {

  private Windows() {}

  /**
   * The window of a convolution.
   *
   * @param weight place of the weight {@code [O, I, kernel]}
   */
  static ConvWindow of(OnnxNode node, int weight) {
    return of(node, axes(node, weight), () -> kernel(node, weight));
  }

  /** The window of a pooling operator with attribute {@code kernel_shape}. */
  static ConvWindow of(OnnxNode node, List<Long> kernel) {
    return of(node, kernel.size(), () -> kernel);
  }

  private static ConvWindow of(OnnxNode node, int axes, Supplier<List<Long>> kernel) {
    if (axes < 1 || axes > 3) {
      throw node.refuse("it slides over " + axes + " axes; 1 to 3 are possible");
    }
    List<Long> ones = Collections.nCopies(axes, 1L);
    List<Long> strides = counted(node, "strides", ones, axes);
    List<Long> dilations = counted(node, "dilations", ones, axes);
    List<Long> pads = counted(node, "pads", Collections.nCopies(2 * axes, 0L), 2 * axes);
    String auto = node.string("auto_pad", "NOTSET");
    switch (auto) {
      case "NOTSET", "" -> {
        // The pads are as given.
      }
      case "VALID" -> pads = Collections.nCopies(2 * axes, 0L);
      case "SAME_UPPER", "SAME_LOWER" -> pads = same(node, kernel.get(), strides, dilations, auto);
      default -> throw node.refuse("auto_pad is " + auto + ", which ONNX does not define");
    }
    if (pads.stream().anyMatch(pad -> pad < 0)) {
      throw node.refuse("its pads " + pads + " cut the input, which is not supported");
    }
    return new ConvWindow(
        strides,
        dilations,
        pads.subList(0, axes),
        pads.subList(axes, 2 * axes),
        node.integer("group", 1));
  }

  private static int axes(OnnxNode node, int weight) {
    if (node.rank(weight) >= 0) {
      return node.rank(weight) - 2;
    }
    if (node.has("kernel_shape")) {
      return node.longs("kernel_shape", List.of()).size();
    }
    return node.requireRank(0) - 2;
  }

  private static List<Long> counted(OnnxNode node, String name, List<Long> other, int count) {
    List<Long> values = node.longs(name, other);
    if (values.size() != count) {
      throw node.refuse(
          name + " is " + values + "; " + count + " numbers fit the number of spatial axes");
    }
    return values;
  }

  private static List<Long> kernel(OnnxNode node, int weight) {
    if (node.has("kernel_shape")) {
      return node.longs("kernel_shape", List.of());
    }
    Shape shape = node.shape(weight);
    if (shape == null) {
      throw node.refuse("auto_pad needs a known kernel_shape");
    }
    List<Long> kernel = new ArrayList<>();
    for (int i = 0; i < shape.rank() - 2; i++) {
      kernel.add(shape.dim(i + 2));
    }
    return kernel;
  }

  private static List<Long> same(
      OnnxNode node, List<Long> kernel, List<Long> strides, List<Long> dilations, String auto) {
    List<Long> begin = new ArrayList<>();
    List<Long> end = new ArrayList<>();
    Shape x = node.shape(0);
    for (int i = 0; i < kernel.size(); i++) {
      long reach = (kernel.get(i) - 1) * dilations.get(i) + 1;
      long stride = strides.get(i);
      if (x == null && stride != 1) {
        throw node.refuse(
            "auto_pad "
                + auto
                + " with strides "
                + strides
                + " depends on input extents that are not known; export the model with fixed"
                + " extents");
      }
      long total = reach - 1;
      if (x != null) {
        long extent = x.dim(i + 2);
        long count = (extent + stride - 1) / stride;
        total = Math.max(0, (count - 1) * stride + reach - extent);
      }
      long less = total / 2;
      begin.add(auto.equals("SAME_UPPER") ? less : total - less);
      end.add(auto.equals("SAME_UPPER") ? total - less : less);
    }
    begin.addAll(end);
    return begin;
  }
}
