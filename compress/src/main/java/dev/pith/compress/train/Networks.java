package dev.pith.compress.train;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Built-in networks: graphs with weights drawn from a seed, to be trained. */
@SuppressWarnings("ImmutableEnumChecker") // the layers are functions without state
public enum Networks {
  /** LeCun et al. 1998: linear layers of 300 and 100 features; 266 610 parameters on 28 × 28. */
  LENET_300_100("lenet-300-100", (net, x, classes) -> Blocks.mlp(net, x, classes, 300, 100)),

  /**
   * LeNet-5 as Caffe has it: convolutions of 20 and 50 channels, 500 features; 431 080 parameters
   * on 28 × 28.
   */
  LENET_5("lenet-5", Blocks::leNet5),

  /** Hinton et al. 2015, the teacher on MNIST: two linear layers of 1200 features. */
  MLP_1200("mlp-1200", (net, x, classes) -> Blocks.mlp(net, x, classes, 1200, 1200)),

  /** Hinton et al. 2015, the student on MNIST: two linear layers of 800 features. */
  MLP_800("mlp-800", (net, x, classes) -> Blocks.mlp(net, x, classes, 800, 800)),

  /** A small convolutional network without pooling for glyphs and other small pictures. */
  GLYPHS_CNN("glyphs-cnn", (net, x, classes) -> Blocks.glyphs(net, x, classes, 16)),

  /** The same with half as many channels again, to teach it. */
  GLYPHS_CNN_WIDE("glyphs-cnn-wide", (net, x, classes) -> Blocks.glyphs(net, x, classes, 24)),

  /** He et al. 2016, for CIFAR: 3 stages of 3 blocks, 16 to 64 channels; 0.27 M parameters. */
  RESNET_20("resnet-20", (net, x, classes) -> Blocks.resNet(net, x, classes, 3)),

  /** He et al. 2016, for CIFAR: 3 stages of 5 blocks, 16 to 64 channels; 0.46 M parameters. */
  RESNET_32("resnet-32", (net, x, classes) -> Blocks.resNet(net, x, classes, 5)),

  /** He et al. 2016, for CIFAR: 3 stages of 9 blocks, 16 to 64 channels; 0.85 M parameters. */
  RESNET_56("resnet-56", (net, x, classes) -> Blocks.resNet(net, x, classes, 9)),

  /** Simonyan and Zisserman 2015 with batch normalization and one linear layer, for CIFAR. */
  VGG_16_BN("vgg-16-bn", Blocks::vgg16),

  /** Sandler et al. 2018 with strides for pictures of 32 × 32; 2.2 M parameters. */
  MOBILENET_V2("mobilenet-v2", Blocks::mobileNetV2),

  /**
   * A small vision transformer (Dosovitskiy et al. 2021): patches of 4 × 4, 6 layers, 4 heads, 128
   * features, mean over patches.
   */
  VIT_SMALL("vit-small", Transformers::vision),

  /**
   * A small transformer encoder (Vaswani et al. 2017, normalization first) over rows: pictures are
   * read row by row, sequences [length, features] as they are; 4 layers, 4 heads, 64 features.
   */
  ENCODER_SMALL("encoder-small", Transformers::encoder);

  private final String text;
  private final Layers layers;

  /** Adds the layers of a network and returns the name of its scores. */
  @FunctionalInterface
  interface Layers {
    String add(NetworkBuilder net, String x, int classes);
  }

  Networks(String text, Layers layers) {
    this.text = text;
    this.layers = layers;
  }

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
    return net.build(layers.add(net, x, classes));
  }
}
