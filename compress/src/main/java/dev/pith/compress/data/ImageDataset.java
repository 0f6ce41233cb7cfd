package dev.pith.compress.data;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Images turned into F32 tensors by a {@link Preprocess}, one at a time as they are asked for. */
final class ImageDataset implements Dataset {

  private final PixelSource source;
  private final Preprocess preprocess;

  ImageDataset(PixelSource source, Preprocess preprocess) {
    this.source = source;
    this.preprocess = preprocess;
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Shape shape() throws IOException {
    return preprocess.shape(source.pixels(0));
  }

  @Override
  public Tensor sample(int index) throws IOException {
    Objects.checkIndex(index, size());
    return preprocess.apply(source.pixels(index));
  }

  @Override
  public int label(int index) {
    return source.label(index);
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }
}
