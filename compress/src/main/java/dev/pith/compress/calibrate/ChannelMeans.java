package dev.pith.compress.calibrate;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;

/**
 * Running mean of a tensor for each index along one axis: axis 1 of convolution inputs, the last
 * axis of linear layers' inputs. Not thread-safe.
 */
public final class ChannelMeans {

  private final boolean lastAxis;
  private double[] sums;
  private long samples;

  /**
   * Means that are all zero until samples are added.
   *
   * @param lastAxis whether channels lie along the last axis, else along axis 1
   */
  public ChannelMeans(boolean lastAxis) {
    this.lastAxis = lastAxis;
  }

  /** Adds a dense tensor. */
  public void add(Tensor tensor) {
    Shape shape = tensor.shape();
    int axis = lastAxis ? shape.rank() - 1 : 1;
    int channels = shape.dimInt(axis);
    int inner = (int) shape.elementCount(axis + 1, shape.rank());
    if (sums == null) {
      sums = new double[channels];
    }
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      sums[i / inner % channels] += values[i];
    }
    samples += values.length / channels;
  }

  /** Mean of each channel, or {@code null} if nothing was added. */
  public double[] means() {
    if (sums == null) {
      return null;
    }
    double[] means = sums.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= samples;
    }
    return means;
  }
}
