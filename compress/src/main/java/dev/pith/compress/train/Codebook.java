package dev.pith.compress.train;

import java.util.Arrays;

/**
 * The values that the weights of a layer share, by one-dimensional k-means from evenly spaced
 * starts (Han et al. 2016). Code 0 is zero and belongs to zeros only.
 *
 * @param values the shared values of codes 1, 2 …, ascending
 * @param codes the code of each weight
 */
record Codebook(float[] values, int[] codes) {

  private static final int ROUNDS = 60;

  /**
   * The codebook of a weight.
   *
   * @param size most values besides zero, at least 1
   */
  static Codebook of(float[] weight, int size) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float w : weight) {
      if (w != 0) {
        least = Math.min(least, w);
        most = Math.max(most, w);
      }
    }
    if (least > most) {
      return new Codebook(new float[1], new int[weight.length]);
    }
    double[] centers = new double[size];
    for (int i = 0; i < size; i++) {
      centers[i] = size == 1 ? (least + most) / 2 : least + (most - least) * i / (size - 1);
    }
    int[] codes = new int[weight.length];
    boolean moved = true;
    for (int round = 0; round < ROUNDS && moved; round++) {
      moved = step(weight, centers, codes);
    }
    assign(weight, centers, codes);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) centers[i];
    }
    return new Codebook(values, codes);
  }

  /** One round; returns whether a centre moved. */
  private static boolean step(float[] weight, double[] centers, int[] codes) {
    assign(weight, centers, codes);
    double[] sums = new double[centers.length];
    long[] counts = new long[centers.length];
    for (int i = 0; i < weight.length; i++) {
      if (codes[i] > 0) {
        sums[codes[i] - 1] += weight[i];
        counts[codes[i] - 1]++;
      }
    }
    boolean moved = false;
    for (int i = 0; i < centers.length; i++) {
      double mean = counts[i] == 0 ? centers[i] : sums[i] / counts[i];
      moved |= mean != centers[i];
      centers[i] = mean;
    }
    Arrays.sort(centers);
    return moved;
  }

  private static void assign(float[] weight, double[] centers, int[] codes) {
    double[] borders = new double[centers.length - 1];
    for (int i = 0; i < borders.length; i++) {
      borders[i] = (centers[i] + centers[i + 1]) / 2;
    }
    for (int i = 0; i < weight.length; i++) {
      int place = Arrays.binarySearch(borders, weight[i]);
      codes[i] = weight[i] == 0 ? 0 : 1 + (place < 0 ? -place - 1 : place);
    }
  }
}
