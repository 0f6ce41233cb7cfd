package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphEditor;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.ConvWindow;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The rows that a layer multiplies with its weight when calibration samples run through the graph:
 * image patches of a convolution (input channel fastest, as in its weight), last-axis rows of a
 * linear layer. Of each image at most {@value #PATCHES}, drawn from a seed.
 */
final class LayerInputs {

  /** Patches taken from each image. */
  static final int PATCHES = 64;

  /** Takes one row; the array is reused for the next. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(int group, float[] row);
  }

  private final WeightedLayer layer;
  private final SplittableRandom random;
  private final RowConsumer consumer;

  private LayerInputs(WeightedLayer layer, long seed, RowConsumer consumer) {
    this.layer = layer;
    this.random = new SplittableRandom(seed);
    this.consumer = consumer;
  }

  /**
   * Runs all samples as far as the layer's input.
   *
   * @param graph the graph with the layer in it
   * @return whether at least one sample ran
   */
  static boolean forEach(
      Graph graph,
      WeightedLayer layer,
      Iterable<Map<String, Tensor>> samples,
      SessionOptions options,
      long seed,
      RowConsumer consumer) {
    LayerInputs inputs = new LayerInputs(layer, seed, consumer);
    String x = layer.node().input(0);
    boolean any = false;
    if (graph.inputs().stream().anyMatch(input -> input.name().equals(x))) {
      for (Map<String, Tensor> sample : samples) {
        inputs.take(sample.get(x));
        any = true;
      }
      return any;
    }
    ValueInfo end = new ValueInfo(x, null, null);
    Graph until =
        new Graph(graph.name(), graph.inputs(), List.of(end), graph.nodes(), graph.constants());
    try (Model model = Model.of(new GraphEditor(until).toGraph());
        Session session = model.newSession(options)) {
      for (Map<String, Tensor> sample : samples) {
        inputs.take(session.run(sample).get(x));
        any = true;
      }
    }
    return any;
  }

  private void take(Tensor x) {
    float[] values = x.toFloats();
    if (layer.isConvolution()) {
      takePatches(x.shape(), values);
      return;
    }
    int columns = layer.columns();
    float[] row = new float[columns];
    int rows = values.length / columns;
    int images = x.shape().rank() > 1 ? x.shape().dimInt(0) : 1;
    for (int at : draw(rows, Math.min(rows, PATCHES * Math.max(1, images)))) {
      System.arraycopy(values, at * columns, row, 0, columns);
      consumer.accept(0, row);
    }
  }

  /** {@code count} different numbers below {@code bound}, ascending. */
  private int[] draw(int bound, int count) {
    int[] drawn = new int[count];
    int taken = 0;
    for (int i = 0; i < bound && taken < count; i++) {
      if (random.nextInt(bound - i) < count - taken) {
        drawn[taken++] = i;
      }
    }
    return drawn;
  }

  private void takePatches(Shape shape, float[] values) {
    ConvWindow window = layer.window();
    int axes = window.strides().size();
    long[] outputs = new long[axes];
    long pixels = 1;
    for (int a = 0; a < axes; a++) {
      long reach = (layer.weight().shape().dim(a + 1) - 1) * window.dilations().get(a) + 1;
      long room = shape.dim(a + 2) + window.padsBegin().get(a) + window.padsEnd().get(a) - reach;
      outputs[a] = room < 0 ? 0 : room / window.strides().get(a) + 1;
      pixels *= outputs[a];
    }
    float[] row = new float[layer.columns()];
    for (int image = 0; image < shape.dimInt(0); image++) {
      int all = Math.toIntExact(pixels);
      for (int pixel : draw(all, Math.min(all, PATCHES))) {
        long[] begin = new long[axes];
        long rest = pixel;
        for (int a = axes - 1; a >= 0; a--) {
          long place = rest % outputs[a] * window.strides().get(a);
          begin[a] = place - window.padsBegin().get(a);
          rest /= outputs[a];
        }
        for (int group = 0; group < layer.groups(); group++) {
          fill(row, values, shape, image, group, begin);
          consumer.accept(group, row);
        }
      }
    }
  }

  /** Copies one patch of one group; pixels outside the image are 0. */
  private void fill(float[] row, float[] values, Shape shape, int image, int group, long[] begin) {
    int axes = begin.length;
    int channels = layer.groupChannels();
    int plane = (int) shape.elementCount(2, shape.rank());
    long first = ((long) image * shape.dim(1) + (long) group * channels) * plane;
    int taps = row.length / channels;
    for (int tap = 0; tap < taps; tap++) {
      long rest = tap;
      long pixel = 0;
      long stride = 1;
      boolean inside = true;
      for (int a = axes - 1; a >= 0; a--) {
        long extent = layer.weight().shape().dim(a + 1);
        long place = begin[a] + rest % extent * layer.window().dilations().get(a);
        rest /= extent;
        inside &= place >= 0 && place < shape.dim(a + 2);
        pixel += place * stride;
        stride *= shape.dim(a + 2);
      }
      for (int c = 0; c < channels; c++) {
        row[tap * channels + c] = inside ? values[(int) (first + pixel + (long) c * plane)] : 0;
      }
    }
  }
}
