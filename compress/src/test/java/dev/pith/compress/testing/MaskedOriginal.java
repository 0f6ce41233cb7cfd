package dev.pith.compress.testing;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The oracle of channel pruning: the original graph with those weights set to zero that would read
 * the removed channels. Which these are is found by comparing weights, not by asking the pruner.
 */
public final class MaskedOriginal {

  private MaskedOriginal() {}

  /** The masked original of {@code pruned}; biases must differ from each other. */
  public static Graph of(Graph original, Graph pruned) {
    Map<String, WeightedLayer> after = new HashMap<>();
    WeightedLayer.of(pruned).forEach(layer -> after.put(layer.name(), layer));
    Map<String, Tensor> constants = new LinkedHashMap<>(original.constants());
    for (WeightedLayer layer : WeightedLayer.of(original)) {
      WeightedLayer smaller = after.get(layer.name());
      if (layer.groups() == 1) {
        int[] rows =
            matches(
                original.constant(layer.node(), 2).toFloats(),
                pruned.constant(smaller.node(), 2).toFloats());
        constants.put(layer.weightName(), masked(layer.weight(), smaller.weight(), rows));
      }
    }
    return original.withConstants(constants);
  }

  private static int[] matches(float[] all, float[] kept) {
    int[] places = new int[kept.length];
    int at = 0;
    for (int i = 0; i < kept.length; i++, at++) {
      while (all[at] != kept[i]) {
        at++;
      }
      places[i] = at;
    }
    return places;
  }

  private static Tensor masked(Tensor original, Tensor pruned, int[] rows) {
    float[] weight = original.toFloats();
    float[] kept = pruned.toFloats();
    int columns = (int) original.columns();
    int channels = original.shape().dimInt(-1);
    int keptColumns = (int) pruned.columns();
    int keptChannels = pruned.shape().dimInt(-1);
    int taps = columns / channels;
    boolean[] stays = new boolean[channels];
    int channel = 0;
    for (int c = 0; c < keptChannels; c++, channel++) {
      while (!sameColumn(weight, columns, channel, kept, keptColumns, c, rows)) {
        channel++;
      }
      stays[channel] = true;
    }
    for (int i = 0; i < weight.length; i++) {
      weight[i] = stays[i % channels] ? weight[i] : 0;
    }
    if (taps * keptChannels != keptColumns) {
      throw new AssertionError("the kernel changed");
    }
    return Tensor.of(weight, original.shape().dims());
  }

  private static boolean sameColumn(
      float[] a, int aColumns, int aColumn, float[] b, int bColumns, int bColumn, int[] rows) {
    for (int r = 0; r < rows.length; r++) {
      if (a[rows[r] * aColumns + aColumn] != b[r * bColumns + bColumn]) {
        return false;
      }
    }
    return true;
  }
}
