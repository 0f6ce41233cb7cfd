package dev.pith.compress.data;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Arrays whose first axis counts samples, and labels where there are any. Arrays of bytes are taken
 * for images where preprocess settings are given: {@code [N, H, W]}, {@code [N, H, W, 1 or 3]} or
 * {@code [N, 1 or 3, H, W]}.
 */
final class ArrayDataset implements Dataset {

  private static final List<String> LABEL_NAMES =
      List.of("labels", "label", "y", "targets", "y_train", "y_test");

  private final Map<String, Tensor> arrays;
  private final Tensor labels;
  private final int size;

  private ArrayDataset(Map<String, Tensor> arrays, Tensor labels, int size) {
    this.arrays = arrays;
    this.labels = labels;
    this.size = size;
  }

  /**
   * Takes apart the arrays of an {@code .npz} file: the one named like labels is the labels, others
   * are inputs by name; {@code x_train} and {@code x_test} (with {@code y_…}) are chosen by split.
   */
  static ArrayDataset of(Map<String, Tensor> all, Split split, String source) throws IOException {
    Map<String, Tensor> inputs = new LinkedHashMap<>(all);
    boolean splits = all.containsKey("x_train") && all.containsKey("x_test");
    if (splits) {
      String other = split == Split.TRAIN ? "_test" : "_train";
      inputs.keySet().removeIf(name -> name.endsWith(other));
    }
    Tensor labels = null;
    for (String name : LABEL_NAMES) {
      if (labels == null && inputs.size() > 1 && inputs.containsKey(name)) {
        labels = inputs.remove(name);
      }
    }
    if (inputs.isEmpty()) {
      throw new IOException(source + " holds no arrays");
    }
    if (inputs.size() == 1) {
      inputs = Map.of(ONLY_INPUT, inputs.values().iterator().next());
    }
    return of(inputs, labels, source);
  }

  /** Inputs by name and labels ({@code null} for none). */
  static ArrayDataset of(Map<String, Tensor> inputs, Tensor labels, String source)
      throws IOException {
    long size = -1;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Shape shape = input.getValue().shape();
      if (shape.rank() < 1 || shape.dim(0) < 1 || shape.elementCount() == 0) {
        throw new IOException(
            source
                + ": array "
                + input.getKey()
                + " has shape "
                + shape
                + "; there are no samples");
      }
      if (size >= 0 && size != shape.dim(0)) {
        throw new IOException(
            source
                + ": array "
                + input.getKey()
                + " has "
                + shape.dim(0)
                + " samples, others "
                + size);
      }
      size = shape.dim(0);
    }
    if (size > Integer.MAX_VALUE - 16) {
      throw new IOException(source + " has " + size + " samples; 2^31 is the limit");
    }
    checkLabels(labels, size, source);
    return new ArrayDataset(Map.copyOf(inputs), labels, (int) size);
  }

  private static void checkLabels(Tensor labels, long size, String source) throws IOException {
    if (labels == null) {
      return;
    }
    if (!labels.dtype().isInteger() || labels.shape().elementCount() != size) {
      throw new IOException(
          source + ": labels are " + labels + "; " + size + " whole numbers are needed");
    }
    for (int i = 0; i < size; i++) {
      long label = labels.getLong(i);
      if (label < -1 || label > Integer.MAX_VALUE) {
        throw new IOException(source + ": label " + i + " is " + label + ", no class number");
      }
    }
  }

  /**
   * The same data seen as images.
   *
   * @throws IllegalArgumentException if there are several arrays, or they are not bytes of images
   */
  PixelSource asImages() {
    Tensor images = arrays.get(ONLY_INPUT);
    if (!hasImages()) {
      throw new IllegalArgumentException(
          "preprocess settings are for images: one array of U8 of shape [N, H, W], [N, H, W, C] or"
              + " [N, C, H, W] with 1 or 3 channels; the data is "
              + arrays.values());
    }
    Shape shape = images.shape();
    boolean last = shape.rank() == 3 || isChannels(shape.dim(3));
    int channels = shape.rank() == 3 ? 1 : shape.dimInt(last ? 3 : 1);
    int height = shape.dimInt(last ? 1 : 2);
    int width = shape.dimInt(last ? 2 : 3);
    return new PixelSource() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Pixels pixels(int index) {
        byte[] stored = slice(images, index).values().toArray(ValueLayout.JAVA_BYTE);
        return new Pixels(
            width, height, channels, last ? stored : interleaved(stored, width * height));
      }

      @Override
      public int label(int index) {
        return ArrayDataset.this.label(index);
      }

      @Override
      public List<String> classNames() {
        return List.of();
      }
    };
  }

  /** Whether the data can be seen as images. */
  boolean hasImages() {
    Tensor images = arrays.get(ONLY_INPUT);
    if (images == null || images.dtype() != DType.U8) {
      return false;
    }
    Shape shape = images.shape();
    return shape.rank() == 3
        || shape.rank() == 4 && (isChannels(shape.dim(3)) || isChannels(shape.dim(1)));
  }

  private static boolean isChannels(long extent) {
    return extent == 1 || extent == 3;
  }

  private static byte[] interleaved(byte[] planes, int area) {
    byte[] out = new byte[planes.length];
    int channels = planes.length / area;
    for (int p = 0; p < area; p++) {
      for (int c = 0; c < channels; c++) {
        out[p * channels + c] = planes[c * area + p];
      }
    }
    return out;
  }

  private static Tensor slice(Tensor array, int index) {
    long[] dims = array.shape().dims();
    long[] rest = java.util.Arrays.copyOfRange(dims, 1, dims.length);
    long bytes = array.byteSize() / dims[0];
    MemorySegment part = array.values().asSlice(index * bytes, bytes);
    return Tensor.dense(array.dtype(), Shape.of(rest), part);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Shape shape() {
    return sample(0).shape();
  }

  @Override
  public Tensor sample(int index) {
    if (arrays.size() > 1) {
      throw new IllegalArgumentException(
          "samples have the inputs " + arrays.keySet() + "; one is needed here");
    }
    Objects.checkIndex(index, size);
    return slice(arrays.values().iterator().next(), index);
  }

  @Override
  public Map<String, Tensor> inputs(int index) {
    Objects.checkIndex(index, size);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    arrays.forEach((name, array) -> inputs.put(name, slice(array, index)));
    return inputs;
  }

  @Override
  public int label(int index) {
    return labels == null ? -1 : (int) labels.getLong(index);
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }
}
