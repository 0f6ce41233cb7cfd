package dev.pith.bench.layer;

import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer to measure, as one word: {@code type/operation/extents/layout}.
 *
 * <ul>
 *   <li>type: {@code i8} (U8 activations, I8 weights, requantized) or {@code f32};
 *   <li>operation: {@code linear} with {@code m768/k512/n512} (rows, input and output features) or
 *       {@code conv} with {@code c128/o128/h28/w28/k3/s1/g1/b1} (input and output channels, height
 *       and width, kernel, stride, groups, batch; w is h and s, g, b are 1 where left out; padding
 *       keeps the extents at stride 1);
 *   <li>layout: {@code dense}, {@code csr:0.9}, {@code block2x4:0.8} … with the fraction of zeros.
 * </ul>
 *
 * <p>Immutable, thread-safe.
 *
 * @param isInt8 whether the layer is quantized
 * @param isConv whether it is a convolution
 * @param extents values of the letters above
 * @param layout how the weight is held
 * @param sparsity fraction of zeros
 */
public record LayerSpec(
    boolean isInt8, boolean isConv, Map<String, Long> extents, Layout layout, double sparsity) {

  public LayerSpec {
    extents = Map.copyOf(extents);
  }

  /**
   * The layer that {@code text} describes.
   *
   * @throws IllegalArgumentException naming the part that is not understood
   */
  public static LayerSpec parse(String text) {
    List<String> parts = new ArrayList<>(List.of(text.split("/", -1)));
    if (parts.size() < 4) {
      throw wrong(text, "it has fewer than four parts");
    }
    boolean int8 = choice(text, parts.removeFirst(), "i8", "f32");
    boolean conv = choice(text, parts.removeFirst(), "conv", "linear");
    String layout = parts.removeLast();
    Map<String, Long> extents = new HashMap<>();
    for (String part : parts) {
      if (!part.matches(conv ? "[cohwksgb][1-9]\\d{0,6}" : "[mkn][1-9]\\d{0,6}")) {
        throw wrong(text, part + " is no extent of this operation");
      }
      extents.put(part.substring(0, 1), Long.parseLong(part.substring(1)));
    }
    for (String needed : conv ? List.of("c", "o", "h", "k") : List.of("m", "k", "n")) {
      if (!extents.containsKey(needed)) {
        throw wrong(text, "extent " + needed + " is missing");
      }
    }
    int colon = layout.indexOf(':');
    String name = colon < 0 ? layout : layout.substring(0, colon);
    double sparsity = colon < 0 ? 0 : Double.parseDouble(layout.substring(colon + 1));
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw wrong(text, "the sparsity is not between 0 and 1");
    }
    return new LayerSpec(int8, conv, extents, layout(text, name), sparsity);
  }

  private static boolean choice(String text, String part, String yes, String no) {
    if (!part.equals(yes) && !part.equals(no)) {
      throw wrong(text, part + " is neither " + yes + " nor " + no);
    }
    return part.equals(yes);
  }

  private static Layout layout(String text, String name) {
    if (name.matches("block\\d{1,2}x\\d{1,2}")) {
      int by = name.indexOf('x');
      return new BlockLayout(
          Integer.parseInt(name.substring(5, by)), Integer.parseInt(name.substring(by + 1)));
    }
    return switch (name) {
      case "dense" -> Dense.LAYOUT;
      case "csr" -> new CsrLayout();
      default -> throw wrong(text, name + " is none of dense, csr and blockRxC");
    };
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "layer "
            + text
            + ": "
            + why
            + "; write for example i8/conv/c128/o128/h28/k3/block2x4:0.8 or"
            + " f32/linear/m768/k512/n512/dense");
  }

  /** The extent of the given letter; 1 where it was left out. */
  public long extent(String letter) {
    return extents.getOrDefault(letter, 1L);
  }

  /** Rows and columns of a block of zeros. */
  int[] block() {
    return layout instanceof BlockLayout b ? new int[] {b.rows(), b.cols()} : new int[] {1, 1};
  }
}
