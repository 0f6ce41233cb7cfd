package dev.pith.compress.onnx;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.ImageFiles;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Inputs for the models in {@code pith.data}: photos, CIFAR-10 images, sound and tokens by seed.
 */
final class RealInputs {

  private final Path data;

  RealInputs(Path data) {
    this.data = data;
  }

  /** Photos, each as a batch of one. */
  List<Tensor> photos(String preprocess, String... names) throws IOException {
    Preprocess settings = Preprocess.parse(preprocess);
    List<Tensor> photos = new ArrayList<>();
    for (String name : names) {
      photos.add(batch(List.of(settings.apply(ImageFiles.read(data.resolve("photos/" + name))))));
    }
    return photos;
  }

  /** The first {@code count} CIFAR-10 images, in batches. */
  List<Tensor> cifar(String preprocess, int count, int batch) throws IOException {
    Dataset images =
        DataSpec.parse("cifar10:" + data.resolve("cifar10/train_lossless_first4000.bin.gz"))
            .open(Split.TEST, Preprocess.parse(preprocess));
    List<Tensor> batches = new ArrayList<>();
    for (int i = 0; i < count; i += batch) {
      List<Tensor> samples = new ArrayList<>();
      for (int j = i; j < i + batch; j++) {
        samples.add(images.sample(j));
      }
      batches.add(batch(samples));
    }
    return batches;
  }

  private static Tensor batch(List<Tensor> samples) {
    long[] one = samples.get(0).shape().dims();
    long[] dims = new long[one.length + 1];
    dims[0] = samples.size();
    System.arraycopy(one, 0, dims, 1, one.length);
    Tensor batch = Tensor.allocate(Arena.ofAuto(), samples.get(0).dtype(), Shape.of(dims));
    long offset = 0;
    for (Tensor sample : samples) {
      batch.values().asSlice(offset, sample.byteSize()).copyFrom(sample.values());
      offset += sample.byteSize();
    }
    return batch;
  }

  /** The same numbers in another floating-point type. */
  static Tensor as(DType dtype, Tensor tensor) {
    Tensor other = Tensor.allocate(Arena.ofAuto(), dtype, tensor.shape());
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      Elements.setDouble(dtype, other.values(), i, tensor.getDouble(i));
    }
    return other;
  }

  /** A chord of three tones with some noise, between −1 and 1. */
  static Tensor sound(long seed, double samplesPerSecond, long... dims) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(Shape.of(dims).elementCount())];
    for (int i = 0; i < values.length; i++) {
      double turn = 2 * Math.PI * i / samplesPerSecond;
      double chord = Math.sin(220 * turn) + Math.sin(277.2 * turn) + Math.sin(329.6 * turn);
      values[i] = (float) (0.25 * chord + 0.02 * random.nextGaussian());
    }
    return Tensor.of(values, dims);
  }

  /** Whole numbers from 0 to below {@code bound}. */
  static Tensor tokens(long seed, int bound, long... dims) {
    return Tensor.of(
        new Random(seed).longs(Shape.of(dims).elementCount(), 0, bound).toArray(), dims);
  }
}
