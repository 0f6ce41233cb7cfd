package dev.pith.runtime;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Reshape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A network of sparse int8 layers that stays in quads: convolutions, a sum, a linear layer. */
final class Int8Network {

  private final long side;
  private final long channels;
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  /**
   * @param side rows and columns of an image, even
   * @param channels of each layer, even
   */
  Int8Network(long side, long channels) {
    this.side = side;
    this.channels = channels;
  }

  /** Weights of which four in five blocks of 2×4 are zero. */
  private static Tensor weights(long... dims) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(dims));
    Random random = new Random(dims[0]);
    long columns = tensor.columns();
    for (long row = 0; row < tensor.rows(); row += 2) {
      for (long column = 0; column < columns; column += 4) {
        for (long i = 0; random.nextInt(5) == 0 && i < 8; i++) {
          long at = (row + i / 4) * columns + column + i % 4;
          Elements.setLong(DType.I8, tensor.values(), at, random.nextInt(127) + 1);
        }
      }
    }
    return new BlockLayout(2, 4).encode(tensor, Arena.ofAuto());
  }

  private static float[] scales(long count) {
    float[] scales = new float[(int) count];
    Arrays.fill(scales, 0.001f);
    return scales;
  }

  private void conv(String name, String input, long stride, Tensor weight) {
    constants.put(name + "_w", weight);
    constants.put(name + "_s", Tensor.of(scales(weight.rows()), weight.rows()));
    List<Long> ones = List.of(1L, 1L);
    ConvWindow window = new ConvWindow(List.of(stride, stride), ones, ones, ones, 1);
    nodes.add(
        new Node(
            name,
            new QConv(window, new Requantize(DType.U8, 128, 128, 128, 255)),
            List.of(input, name + "_w", name + "_s"),
            List.of(name)));
  }

  /** Convolutions with and without strides, a residual sum, a linear layer at the end. */
  Graph graph() {
    nodes.add(new Node("q", new Quantize(DType.U8, 0.02f, 128), List.of("x"), List.of("q")));
    conv("a", "q", 1, weights(channels, 3, 3, 4));
    conv("b", "a", 2, weights(channels, 3, 3, channels));
    conv("c", "b", 1, weights(channels, 3, 3, channels));
    QAdd add = new QAdd(128, 1, 128, 1, 128, 0, 255);
    nodes.add(new Node("sum", add, List.of("b", "c"), List.of("sum")));
    constants.put("flat", Tensor.of(new long[] {0, -1}, 2));
    nodes.add(new Node("f", new Reshape(false), List.of("sum", "flat"), List.of("f")));
    constants.put("w", weights(10, side * side / 4 * channels));
    constants.put("s", Tensor.of(scales(10), 10));
    QLinear linear = new QLinear(new Requantize(DType.F32, 128, 0, 0, 0));
    nodes.add(new Node("y", linear, List.of("f", "w", "s"), List.of("y")));
    List<Dim> dims = List.of(Dim.symbol("N"), Dim.of(4), Dim.of(side), Dim.of(side));
    return new Graph(
        "start",
        List.of(new ValueInfo("x", DType.F32, dims)),
        List.of(new ValueInfo("y", DType.F32, null)),
        nodes,
        constants);
  }

  /** An image of zeros. */
  static Tensor image(int batch, int side) {
    return Tensor.of(new float[batch * 4 * side * side], batch, 4, side, side);
  }
}
