package dev.pith.runtime.graph.ops;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What operations that run graphs share. */
final class Bodies {

  private Bodies() {}

  /** Values for the inputs of {@code body}: those of {@code values} from {@code first} on. */
  static Map<String, Tensor> bind(Graph body, List<Tensor> values, int first) {
    Map<String, Tensor> bound = new HashMap<>();
    for (int i = 0; i < body.inputs().size(); i++) {
      bound.put(body.inputs().get(i).name(), values.get(first + i));
    }
    return bound;
  }

  /**
   * {@code slices}, of one shape, along a new axis.
   *
   * @param declared what the body says of a slice; decides the type where there are none
   * @param axis place of the new axis; negative counts from the end
   */
  static Tensor stack(List<Tensor> slices, ValueInfo declared, long axis) {
    if (slices.isEmpty()) {
      return empty(declared, axis);
    }
    Tensor first = slices.get(0);
    int rank = first.shape().rank() + 1;
    int place = (int) (axis < 0 ? axis + rank : axis);
    if (place < 0 || place >= rank) {
      throw new IllegalArgumentException("axis " + axis + " cannot be added to " + first);
    }
    long[] dims = new long[rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = d == place ? slices.size() : first.shape().dim(d < place ? d : d - 1);
    }
    Tensor stacked = Tensor.allocate(Arena.ofAuto(), first.dtype(), Shape.of(dims));
    long inner = first.shape().elementCount(place, first.shape().rank());
    long outer = first.shape().elementCount(0, place);
    for (int s = 0; s < slices.size(); s++) {
      Tensor slice = slices.get(s);
      if (slice.dtype() != first.dtype() || !slice.shape().equals(first.shape())) {
        throw new IllegalArgumentException(
            "output " + declared.name() + " is " + slice + " after it was " + first);
      }
      for (long o = 0; o < outer; o++) {
        for (long i = 0; i < inner; i++) {
          Elements.copy(
              first.dtype(),
              slice.values(),
              o * inner + i,
              stacked.values(),
              (o * slices.size() + s) * inner + i);
        }
      }
    }
    return stacked;
  }

  private static Tensor empty(ValueInfo declared, long axis) {
    if (declared.dtype() == null) {
      throw new IllegalArgumentException(
          "output " + declared.name() + " of a body that never ran has no declared type");
    }
    int rank = declared.dims() == null ? 1 : declared.dims().size() + 1;
    long[] dims = new long[rank];
    int place = (int) (axis < 0 ? axis + rank : axis);
    for (int d = 0; d < rank; d++) {
      dims[d] = d == place ? 0 : Math.max(0, declared.dims().get(d < place ? d : d - 1).size());
    }
    return Tensor.allocate(Arena.ofAuto(), declared.dtype(), Shape.of(dims));
  }

  /** Position {@code at} of {@code x} along {@code axis}, without that axis. */
  static Tensor slice(Tensor x, int axis, long at) {
    long inner = x.shape().elementCount(axis + 1, x.shape().rank());
    long outer = x.shape().elementCount(0, axis);
    long[] dims = new long[x.shape().rank() - 1];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = x.shape().dim(d < axis ? d : d + 1);
    }
    Tensor slice = Tensor.allocate(Arena.ofAuto(), x.dtype(), Shape.of(dims));
    for (long o = 0; o < outer; o++) {
      for (long i = 0; i < inner; i++) {
        long source = (o * x.shape().dim(axis) + at) * inner + i;
        Elements.copy(x.dtype(), x.values(), source, slice.values(), o * inner + i);
      }
    }
    return slice;
  }
}
