package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;

/** Noisy class patterns: separable, so that a few steps show whether training works. */
final class SyntheticData implements Dataset {

  private final Shape shape;
  private final int classes;
  private final int size;
  private final float noise;
  private final long seed;

  SyntheticData(int size, int classes, float noise, long seed, long... dims) {
    this.size = size;
    this.classes = classes;
    this.noise = noise;
    this.seed = seed;
    this.shape = Shape.of(dims);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Tensor sample(int index) {
    SplittableRandom pattern = new SplittableRandom(label(index));
    SplittableRandom random = new SplittableRandom(seed + index);
    float[] values = new float[(int) shape.elementCount()];
    for (int i = 0; i < values.length; i++) {
      float clean = pattern.nextInt(2);
      values[i] = clean + noise * (float) (2 * random.nextDouble() - 1);
    }
    return Tensor.of(values, shape.dims());
  }

  @Override
  public int label(int index) {
    return index % classes;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }
}
