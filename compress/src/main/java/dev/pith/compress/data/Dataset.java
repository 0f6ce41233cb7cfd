package dev.pith.compress.data;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Samples by index, each with a label where there is one. Immutable; safe for use from many
 * threads. Samples have no batch axis; whoever feeds a model adds it.
 */
public interface Dataset {

  /** Stands for the model's only input in {@link #inputs}. */
  String ONLY_INPUT = "";

  /** Number of samples, at least 1. */
  int size();

  /** Extents of sample 0, without batch axis: {@code [3, 32, 32]}. */
  Shape shape() throws IOException;

  /**
   * Sample {@code index}.
   *
   * @return a dense tensor without batch axis; F32 for images
   * @throws IndexOutOfBoundsException if index is not in [0, size)
   * @throws IOException if the sample cannot be read; the message names the file
   */
  Tensor sample(int index) throws IOException;

  /**
   * All tensors of sample {@code index} by the name of the model input they are for; {@link
   * #ONLY_INPUT} where the data does not name one.
   */
  default Map<String, Tensor> inputs(int index) throws IOException {
    return Map.of(ONLY_INPUT, sample(index));
  }

  /** Class of sample {@code index} from 0, or −1 where it is not known. */
  int label(int index);

  /** Names of the classes by label; empty where they have none. */
  List<String> classNames();

  /** Whether every sample has a label. */
  default boolean isLabelled() {
    for (int i = 0; i < size(); i++) {
      if (label(i) < 0) {
        return false;
      }
    }
    return true;
  }
}
