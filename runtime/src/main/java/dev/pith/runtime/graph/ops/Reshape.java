package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The elements of input 0 in the shape given by input 1 (I64 vector); one entry may be −1 and
 * stands for what is left; an entry 0 copies the input's extent unless {@code allowZero}. ONNX
 * Reshape.
 *
 * @param allowZero whether 0 means an empty extent instead of a copied one
 */
public record Reshape(boolean allowZero) implements Op {

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    long[] dims = context.longs(1);
    long[] asked = dims.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !allowZero) {
        if (i >= x.shape().rank()) {
          throw new IllegalArgumentException(
              "shape " + Arrays.toString(asked) + " copies extent " + i + " of " + x);
        }
        dims[i] = x.shape().dim(i);
      }
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known = Math.multiplyExact(known, dims[i]);
      }
    }
    if (open >= 0) {
      dims[open] = known == 0 ? 0 : x.shape().elementCount() / known;
    }
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(asked) + " is not a shape");
      }
    }
    Shape shape = Shape.of(dims);
    if (shape.elementCount() != x.shape().elementCount()) {
      throw new IllegalArgumentException(
          x + " does not have the elements of shape " + Arrays.toString(asked));
    }
    return List.of(new TensorType(x.dtype(), shape));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("a view has no problem");
  }
}
