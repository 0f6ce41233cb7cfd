package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PrunePattern.Blocks;
import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Spreads a sparsity over layers; the numbers of removed blocks add up to exactly the target. */
final class SparsityAllocation {

  /** Of each layer at least this part of the blocks stays, so that no layer is cut off. */
  private static final double LEAST_DENSITY = 0.01;

  private SparsityAllocation() {}

  /** Number of blocks to remove from each layer. */
  static long[] of(List<WeightedLayer> layers, Blocks blocks, PruneSpec spec) {
    long[] units = new long[layers.size()];
    long total = 0;
    for (int i = 0; i < units.length; i++) {
      units[i] = blocks.count(layers.get(i).rows(), layers.get(i).columns());
      total += units[i];
    }
    long target = Math.round(spec.sparsity() * total);
    return switch (spec.allocation()) {
      case UNIFORM -> uniform(units, spec.sparsity());
      case ERK -> round(erk(layers, units, total - target), units, target);
      case GLOBAL -> global(layers, blocks, spec, units, target);
    };
  }

  private static long[] uniform(long[] units, double sparsity) {
    long[] removed = new long[units.length];
    for (int i = 0; i < units.length; i++) {
      removed[i] = Math.round(sparsity * units[i]);
    }
    return removed;
  }

  /** Blocks kept in each layer, not yet whole numbers. */
  private static double[] erk(List<WeightedLayer> layers, long[] units, long kept) {
    double[] raw = new double[units.length];
    for (int i = 0; i < raw.length; i++) {
      Shape shape = layers.get(i).weight().shape();
      double sum = 0;
      for (long dim : shape.dims()) {
        sum += dim;
      }
      raw[i] = sum / shape.elementCount();
    }
    // Layers whose share exceeds their size stay dense; the rest share what is left.
    boolean[] dense = new boolean[units.length];
    while (true) {
      double left = kept;
      double weight = 0;
      for (int i = 0; i < units.length; i++) {
        left -= dense[i] ? units[i] : 0;
        weight += dense[i] ? 0 : raw[i] * units[i];
      }
      double factor = weight == 0 ? 0 : Math.max(0, left) / weight;
      boolean changed = false;
      for (int i = 0; i < units.length; i++) {
        if (!dense[i] && factor * raw[i] > 1) {
          dense[i] = true;
          changed = true;
        }
      }
      if (!changed) {
        double[] keep = new double[units.length];
        for (int i = 0; i < units.length; i++) {
          keep[i] = dense[i] ? units[i] : factor * raw[i] * units[i];
        }
        return keep;
      }
    }
  }

  /** Whole numbers whose sum is {@code target}: the running sum is rounded. */
  private static long[] round(double[] kept, long[] units, long target) {
    long[] removed = new long[units.length];
    double exact = 0;
    long given = 0;
    for (int i = 0; i < units.length; i++) {
      exact += units[i] - kept[i];
      long upTo = i == units.length - 1 ? target : Math.round(exact);
      removed[i] = Math.clamp(upTo - given, 0, units[i]);
      given += removed[i];
    }
    return removed;
  }

  private static long[] global(
      List<WeightedLayer> layers, Blocks blocks, PruneSpec spec, long[] units, long target) {
    List<float[]> scores = new ArrayList<>();
    for (WeightedLayer layer : layers) {
      float[] weight = layer.weight().toFloats();
      scores.add(UnitScores.of(weight, layer.rows(), layer.columns(), blocks, spec.criterion()));
    }
    long[] removed = new long[units.length];
    boolean[] settled = new boolean[units.length];
    long left = target;
    while (true) {
      List<float[]> open = new ArrayList<>();
      for (int i = 0; i < settled.length; i++) {
        if (!settled[i]) {
          open.add(scores.get(i));
        }
      }
      long room = open.stream().mapToLong(part -> part.length).sum();
      cut(scores, settled, Threshold.of(open, Math.min(left, room)), removed);
      boolean changed = false;
      for (int i = 0; i < settled.length; i++) {
        long most = units[i] - Math.max(1, Math.round(units[i] * LEAST_DENSITY));
        if (!settled[i] && removed[i] > most) {
          removed[i] = most;
          settled[i] = true;
          left -= most;
          changed = true;
        }
      }
      if (!changed) {
        return removed;
      }
    }
  }

  private static void cut(
      List<float[]> scores, boolean[] settled, Threshold threshold, long[] removed) {
    long ties = threshold.ties();
    for (int i = 0; i < settled.length; i++) {
      if (!settled[i]) {
        long count = 0;
        for (float score : scores.get(i)) {
          if (score < threshold.value() || score == threshold.value() && ties-- > 0) {
            count++;
          }
        }
        removed[i] = count;
      }
    }
  }
}
