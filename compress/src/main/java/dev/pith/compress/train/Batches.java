package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Samples of a data set in batches: shuffled anew for each epoch and augmented, all from a seed, so
 * that batch {@code i} of epoch {@code e} is the same in every run. Not thread-safe.
 */
final class Batches {

  private final Dataset data;
  private final int batchSize;
  private final List<Augmentation> augmentations;
  private final long seed;
  private final Shape shape;
  private int[] order;
  private int orderEpoch = -1;

  /**
   * Batches for training.
   *
   * @param batchSize samples in a batch; all samples where there are fewer
   */
  Batches(Dataset data, int batchSize, List<Augmentation> augmentations, long seed)
      throws IOException {
    this.data = data;
    this.batchSize = Math.min(batchSize, data.size());
    this.augmentations = augmentations;
    this.seed = seed;
    this.shape = data.shape();
    if (!augmentations.isEmpty() && shape.rank() != 3) {
      throw new IllegalArgumentException(
          "augmentations need images (channels, height, width); samples have shape " + shape);
    }
  }

  /**
   * A batch.
   *
   * @param values samples along a new first axis
   * @param labels their classes
   * @param samples their places in the data set
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Batch(
      org.bytedeco.pytorch.Tensor values, org.bytedeco.pytorch.Tensor labels, long[] samples) {}

  /** Samples of the data set. */
  int size() {
    return data.size();
  }

  /** Batches in an epoch; samples left over wait for another order. */
  int perEpoch() {
    return data.size() / batchSize;
  }

  /** Batch {@code index} of epoch {@code epoch}, shuffled and augmented. */
  Batch shuffled(int epoch, int index) throws IOException {
    if (orderEpoch != epoch) {
      order = permutation(data.size(), new SplittableRandom(mix(seed, epoch, -1)));
      orderEpoch = epoch;
    }
    int[] samples = new int[batchSize];
    System.arraycopy(order, index * batchSize, samples, 0, batchSize);
    return batch(samples, epoch);
  }

  /** Samples {@code from} to {@code to} as they are. */
  Batch plain(int from, int to) throws IOException {
    int[] samples = new int[to - from];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = from + i;
    }
    return batch(samples, -1);
  }

  private Batch batch(int[] samples, int epoch) throws IOException {
    int elements = Math.toIntExact(shape.elementCount());
    float[] values = new float[Math.multiplyExact(elements, samples.length)];
    long[] labels = new long[samples.length];
    for (int i = 0; i < samples.length; i++) {
      Tensor sample = data.sample(samples[i]);
      if (!sample.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "sample " + samples[i] + " is " + sample + "; the first one has shape " + shape);
      }
      float[] floats = sample.toFloats();
      if (epoch >= 0) {
        SplittableRandom random = new SplittableRandom(mix(seed, epoch, samples[i]));
        augmentations.forEach(augmentation -> augmentation.apply(floats, shape, random));
      }
      System.arraycopy(floats, 0, values, i * elements, elements);
      labels[i] = data.label(samples[i]);
    }
    return new Batch(
        TorchTensors.of(values, dims(samples.length)),
        TorchTensors.of(labels, labels.length),
        Arrays.stream(samples).asLongStream().toArray());
  }

  private long[] dims(long count) {
    long[] dims = new long[shape.rank() + 1];
    dims[0] = count;
    System.arraycopy(shape.dims(), 0, dims, 1, shape.rank());
    return dims;
  }

  private static int[] permutation(int size, SplittableRandom random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** A seed for one purpose: a well-mixed function of all three numbers. */
  private static long mix(long seed, long epoch, long sample) {
    long z = seed * 0x9E3779B97F4A7C15L + epoch * 0xBF58476D1CE4E5B9L + sample;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
