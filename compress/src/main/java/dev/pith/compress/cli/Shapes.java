package dev.pith.compress.cli;

import dev.pith.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads shapes like {@code 1x3x224x224}. */
final class Shapes {

  private Shapes() {}

  static Map<String, Shape> parse(Map<String, String> texts) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    texts.forEach((name, text) -> shapes.put(name, parse(text)));
    return shapes;
  }

  static Shape parse(String text) {
    if (!text.matches("\\d{1,9}(x\\d{1,9}){0,15}")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no shape; write extents as in 1x3x224x224");
    }
    return Shape.of(Arrays.stream(text.split("x", -1)).mapToLong(Long::parseLong).toArray());
  }
}
