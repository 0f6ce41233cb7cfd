package dev.pith.bench.model;

import dev.pith.compress.train.NetworkBuilder;
import dev.pith.runtime.graph.Graph;

/**
 * The graph of ResNet-50 (He et al. 2016; strides in the 3×3 convolutions) with random weights: 4.1
 * billion multiply-adds for an image of 224 × 224, 25.6 million weights.
 */
final class ResNet50 {

  private static final long[] DEPTHS = {3, 4, 6, 3};
  private static final long CLASSES = 1000;
  private static final double RELU_GAIN = 2;

  /** Residual branches add little to the sum, so that activations do not grow with depth. */
  private static final double BRANCH_GAIN = 0.1;

  private final NetworkBuilder net;

  private ResNet50(long seed) {
    net = new NetworkBuilder("resnet50", seed);
  }

  /** The graph, not yet optimized; the batch may have any extent. */
  static Graph create(long seed) {
    return new ResNet50(seed).build();
  }

  private Graph build() {
    String x = net.input("input", 3, 224, 224);
    x = net.relu(conv(x, 64, 7, 2, RELU_GAIN));
    x = net.maxPool(x, 3, 2, 1);
    for (int stage = 0; stage < DEPTHS.length; stage++) {
      for (int block = 0; block < DEPTHS[stage]; block++) {
        x = bottleneck(x, 64L << stage, block == 0 && stage > 0 ? 2 : 1);
      }
    }
    return net.build(net.linear(net.mean(x, 2L, 3L), CLASSES, 1));
  }

  private String bottleneck(String x, long width, long stride) {
    String y = net.relu(conv(x, width, 1, 1, RELU_GAIN));
    y = net.relu(conv(y, width, 3, stride, RELU_GAIN));
    y = conv(y, 4 * width, 1, 1, BRANCH_GAIN);
    boolean same = stride == 1 && net.shape(x).dim(1) == 4 * width;
    return net.relu(net.sum(y, same ? x : conv(x, 4 * width, 1, stride, 1)));
  }

  private String conv(String x, long channels, long kernel, long stride, double gain) {
    return net.batchNorm(net.conv(x, channels, kernel, stride, (kernel - 1) / 2, 1, false, gain));
  }
}
