package dev.pith.compress.train;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Built-in networks: graphs with weights drawn from a seed, to be trained. */
public enum Networks {
  /** LeCun et al. 1998: linear layers of 300 and 100 features; 266 610 parameters on 28 × 28. */
  LENET_300_100("lenet-300-100") {
    @Override
    String layers(NetworkBuilder net, String x, int classes) {
      return mlp(net, x, classes, 300, 100);
    }
  },

  /**
   * LeNet-5 as Caffe has it: convolutions of 20 and 50 channels, 500 features; 431 080 parameters
   * on 28 × 28.
   */
  LENET_5("lenet-5") {
    @Override
    String layers(NetworkBuilder net, String x, int classes) {
      String y = net.maxPool(net.conv(x, 20, 5, 1, 0, 1, true, 1), 2, 2, 0);
      y = net.maxPool(net.conv(y, 50, 5, 1, 0, 1, true, 1), 2, 2, 0);
      y = net.relu(net.linear(net.flatten(y), 500));
      return net.linear(y, classes, 1);
    }
  },

  /** Hinton et al. 2015, the teacher on MNIST: two linear layers of 1200 features. */
  MLP_1200("mlp-1200") {
    @Override
    String layers(NetworkBuilder net, String x, int classes) {
      return mlp(net, x, classes, 1200, 1200);
    }
  },

  /** Hinton et al. 2015, the student on MNIST: two linear layers of 800 features. */
  MLP_800("mlp-800") {
    @Override
    String layers(NetworkBuilder net, String x, int classes) {
      return mlp(net, x, classes, 800, 800);
    }
  },

  /** A small convolutional network without pooling for glyphs and other small pictures. */
  GLYPHS_CNN("glyphs-cnn") {
    @Override
    String layers(NetworkBuilder net, String x, int classes) {
      String y = convRelu(net, x, 16, 3, 1);
      y = convRelu(net, y, 32, 3, 2);
      y = convRelu(net, y, 32, 3, 1);
      y = convRelu(net, y, 64, 3, 2);
      y = net.relu(net.linear(net.flatten(y), 64));
      return net.linear(y, classes, 1);
    }
  };

  private final String text;

  Networks(String text) {
    this.text = text;
  }

  abstract String layers(NetworkBuilder net, String x, int classes);

  /** The spelling in recipes and on the command line. */
  public String text() {
    return text;
  }

  /**
   * The network with the given spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Networks parse(String text) {
    for (Networks network : values()) {
      if (network.text.equals(text.toLowerCase(Locale.ROOT))) {
        return network;
      }
    }
    throw new IllegalArgumentException(
        "there is no network "
            + text
            + "; use "
            + Arrays.stream(values()).map(Networks::text).collect(Collectors.joining(", ")));
  }

  /**
   * The network with new weights. Input {@code input} has the shape of a sample with a batch axis
   * in front; output 0 holds a score for each class.
   *
   * @param sample extents of a sample: channels, height, width for images
   * @param classes number of classes, at least 1
   * @param seed of the weights
   * @throws IllegalArgumentException if the network cannot take such samples
   */
  public Graph create(Shape sample, int classes, long seed) {
    if (classes < 1) {
      throw new IllegalArgumentException(text + " needs at least one class, not " + classes);
    }
    NetworkBuilder net = new NetworkBuilder(text, seed);
    String x = net.input("input", sample.dims());
    return net.build(layers(net, x, classes));
  }

  private static String convRelu(
      NetworkBuilder net, String x, long channels, long kernel, long stride) {
    return net.relu(net.conv(x, channels, kernel, stride, kernel / 2, 1, true, 2));
  }

  private static String mlp(NetworkBuilder net, String x, int classes, long... widths) {
    String y = net.shape(x).rank() == 2 ? x : net.flatten(x);
    for (long width : widths) {
      y = net.relu(net.linear(y, width));
    }
    return net.linear(y, classes, 1);
  }
}
