package dev.pith.compress.train;

import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.List;

/** The layers of built-in transformers, on values [batch, tokens, features]. */
final class Transformers {

  private static final long PATCH = 4;
  private static final long HEADS = 4;

  private Transformers() {}

  static String vision(NetworkBuilder net, String x, int classes) {
    Shape shape = net.shape(x);
    if (shape.rank() != 4 || shape.dim(2) % PATCH != 0 || shape.dim(3) % PATCH != 0) {
      throw new IllegalArgumentException(
          "vit-small takes pictures of a multiple of 4 pixels, not samples of shape " + shape);
    }
    String patches = net.conv(x, 128, PATCH, PATCH, 0, 1, true, 1);
    String y = transpose(net, net.reshape(patches, 0, 128, -1), 0L, 2L, 1L);
    return transformer(net, y, classes, 6);
  }

  static String encoder(NetworkBuilder net, String x, int classes) {
    Shape shape = net.shape(x);
    if (shape.rank() != 3 && shape.rank() != 4) {
      throw new IllegalArgumentException(
          "encoder-small takes pictures or sequences, not samples of shape " + shape);
    }
    String rows = x;
    if (shape.rank() == 4) {
      rows = net.reshape(transpose(net, x, 0L, 2L, 1L, 3L), 0, shape.dim(2), -1);
    }
    return transformer(net, net.linear(rows, 64, 1), classes, 4);
  }

  private static String transformer(NetworkBuilder net, String tokens, int classes, int layers) {
    Shape shape = net.shape(tokens);
    String places = net.constant("places", net.uniform(4e-4, shape.dim(1), shape.dim(2)));
    String y = net.sum(tokens, places);
    for (int i = 0; i < layers; i++) {
      y = net.sum(y, attention(net, net.layerNorm(y)));
      String inside = net.linear(net.layerNorm(y), 2 * shape.dim(2), 1);
      inside = net.function(UnaryFunction.GELU, inside, 0, 0);
      y = net.sum(y, net.linear(inside, shape.dim(2), 1));
    }
    return net.linear(net.mean(net.layerNorm(y), 1L), classes, 1);
  }

  /** softmax(Q · Kᵀ / √d) · V for each head. */
  private static String attention(NetworkBuilder net, String x) {
    long features = net.shape(x).dim(2);
    long head = features / HEADS;
    String query = heads(net, net.linear(x, features, 1), head);
    String key = heads(net, net.linear(x, features, 1), head);
    String value = heads(net, net.linear(x, features, 1), head);
    MatMul scores = new MatMul(false, true, (float) (1 / Math.sqrt((double) head)));
    String weights = net.add(net.fresh("scores"), scores, List.of(query, key));
    Softmax softmax = new Softmax(SoftmaxFunction.SOFTMAX, -1, false);
    weights = net.add(net.fresh("softmax"), softmax, List.of(weights));
    MatMul mix = new MatMul(false, false, 1);
    String mixed = net.add(net.fresh("mix"), mix, List.of(weights, value));
    String joined = net.reshape(transpose(net, mixed, 0L, 2L, 1L, 3L), 0, 0, features);
    return net.linear(joined, features, 1);
  }

  private static String heads(NetworkBuilder net, String x, long head) {
    return transpose(net, net.reshape(x, 0, 0, HEADS, head), 0L, 2L, 1L, 3L);
  }

  private static String transpose(NetworkBuilder net, String x, Long... order) {
    return net.add(net.fresh("transpose"), new Transpose(List.of(order)), List.of(x));
  }
}
