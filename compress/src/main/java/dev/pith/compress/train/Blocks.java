package dev.pith.compress.train;

import dev.pith.kernels.elementwise.UnaryFunction;

/** The layers of built-in convolutional and linear networks. */
final class Blocks {

  private Blocks() {}

  static String mlp(NetworkBuilder net, String x, int classes, long... widths) {
    String y = net.shape(x).rank() == 2 ? x : net.flatten(x);
    for (long width : widths) {
      y = net.relu(net.linear(y, width));
    }
    return net.linear(y, classes, 1);
  }

  static String leNet5(NetworkBuilder net, String x, int classes) {
    String y = net.maxPool(net.conv(x, 20, 5, 1, 0, 1, true, 1), 2, 2, 0);
    y = net.maxPool(net.conv(y, 50, 5, 1, 0, 1, true, 1), 2, 2, 0);
    y = net.relu(net.linear(net.flatten(y), 500));
    return net.linear(y, classes, 1);
  }

  static String glyphs(NetworkBuilder net, String x, int classes, long width) {
    String y = convRelu(net, x, width, 1);
    y = convRelu(net, y, 2 * width, 2);
    y = convRelu(net, y, 2 * width, 1);
    y = convRelu(net, y, 4 * width, 2);
    y = net.relu(net.linear(net.flatten(y), 4 * width));
    return net.linear(y, classes, 1);
  }

  private static String convRelu(NetworkBuilder net, String x, long channels, long stride) {
    return net.relu(net.conv(x, channels, 3, stride, 1, 1, true, 2));
  }

  private static String convNorm(
      NetworkBuilder net, String x, long channels, long kernel, long stride, long groups) {
    return net.batchNorm(net.conv(x, channels, kernel, stride, kernel / 2, groups, false, 2));
  }

  static String resNet(NetworkBuilder net, String x, int classes, int blocks) {
    String y = net.relu(convNorm(net, x, 16, 3, 1, 1));
    for (int stage = 0; stage < 3; stage++) {
      for (int block = 0; block < blocks; block++) {
        y = residual(net, y, 16L << stage, stage > 0 && block == 0 ? 2 : 1);
      }
    }
    return net.linear(net.mean(y, 2L, 3L), classes, 1);
  }

  /** Two convolutions and a shortcut, which is a 1 × 1 convolution where the extents change. */
  private static String residual(NetworkBuilder net, String x, long channels, long stride) {
    String y = net.relu(convNorm(net, x, channels, 3, stride, 1));
    y = convNorm(net, y, channels, 3, 1, 1);
    String shortcut = stride == 1 ? x : convNorm(net, x, channels, 1, stride, 1);
    return net.relu(net.sum(y, shortcut));
  }

  static String vgg16(NetworkBuilder net, String x, int classes) {
    String y = x;
    long[][] stages = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
    for (long[] stage : stages) {
      for (int i = 0; i < stage[1]; i++) {
        y = net.relu(convNorm(net, y, stage[0], 3, 1, 1));
      }
      if (net.shape(y).dim(2) > 1) {
        y = net.maxPool(y, 2, 2, 0);
      }
    }
    return net.linear(net.flatten(y), classes, 1);
  }

  static String mobileNetV2(NetworkBuilder net, String x, int classes) {
    String y = relu6(net, convNorm(net, x, 32, 3, 1, 1));
    // Expansion, channels, blocks, stride of the first.
    long[][] stages = {
      {1, 16, 1, 1},
      {6, 24, 2, 1},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    for (long[] stage : stages) {
      for (int block = 0; block < stage[2]; block++) {
        y = inverted(net, y, stage[0], stage[1], block == 0 ? stage[3] : 1);
      }
    }
    y = relu6(net, convNorm(net, y, 1280, 1, 1, 1));
    return net.linear(net.mean(y, 2L, 3L), classes, 1);
  }

  private static String inverted(
      NetworkBuilder net, String x, long expansion, long channels, long stride) {
    long inside = net.shape(x).dim(1) * expansion;
    String y = expansion == 1 ? x : relu6(net, convNorm(net, x, inside, 1, 1, 1));
    y = relu6(net, convNorm(net, y, inside, 3, stride, inside));
    y = convNorm(net, y, channels, 1, 1, 1);
    boolean same = stride == 1 && net.shape(x).dim(1) == channels;
    return same ? net.sum(x, y) : y;
  }

  private static String relu6(NetworkBuilder net, String x) {
    return net.function(UnaryFunction.CLIP, x, 0, 6);
  }
}
