package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The different slices of input 0 along an axis: those slices, for each the first position it has
 * in the input, for each input position the slice it is, and how often each occurs (the last three
 * I64 vectors). The shapes depend on the values, so the input must be known when the node is
 * planned. ONNX Unique.
 *
 * @param axis the axis; negative counts from the end
 * @param sorted whether slices come in ascending order instead of the order they are found in
 */
public record Unique(long axis, boolean sorted) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return fold(context).stream().map(t -> new TensorType(t.dtype(), t.shape())).toList();
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    throw new IllegalStateException("what is unique is known beforehand");
  }

  @Override
  public List<Tensor> fold(OpContext context) {
    Tensor x = context.value(0);
    int along = x.shape().axis(axis);
    int positions = x.shape().dimInt(along);
    Map<List<Long>, List<Integer>> found = new LinkedHashMap<>();
    for (int i = 0; i < positions; i++) {
      found.computeIfAbsent(slice(x, along, i), slice -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = new ArrayList<>(found.values());
    if (sorted) {
      groups.sort((a, b) -> compare(slice(x, along, a.get(0)), slice(x, along, b.get(0))));
    }
    int count = groups.size();
    Tensor y = Tensor.allocate(Arena.ofAuto(), x.dtype(), x.shape().with(along, count));
    long[] first = new long[count];
    long[] inverse = new long[positions];
    long[] counts = new long[count];
    for (int i = 0; i < count; i++) {
      first[i] = groups.get(i).get(0);
      counts[i] = groups.get(i).size();
      for (int position : groups.get(i)) {
        inverse[position] = i;
      }
      copy(x, along, first[i], y, i);
    }
    return List.of(
        y, Tensor.of(first, count), Tensor.of(inverse, positions), Tensor.of(counts, count));
  }

  private static List<Long> slice(Tensor x, int axis, long position) {
    List<Long> slice = new ArrayList<>();
    long inner = x.shape().elementCount(axis + 1, x.shape().rank());
    long outer = x.shape().elementCount(0, axis);
    for (long o = 0; o < outer; o++) {
      for (long i = 0; i < inner; i++) {
        slice.add(order(x, (o * x.shape().dim(axis) + position) * inner + i));
      }
    }
    return slice;
  }

  /** A number that orders elements as their values do; −0 and 0 are one. */
  private static long order(Tensor x, long index) {
    if (x.dtype().isFloat()) {
      long bits = Double.doubleToLongBits(x.getDouble(index) + 0.0);
      return bits ^ bits >> 63 & Long.MAX_VALUE;
    }
    return x.dtype() == DType.U64 ? x.getLong(index) ^ Long.MIN_VALUE : x.getLong(index);
  }

  private static int compare(List<Long> a, List<Long> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = Long.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static void copy(Tensor x, int axis, long from, Tensor y, long to) {
    long inner = x.shape().elementCount(axis + 1, x.shape().rank());
    long outer = x.shape().elementCount(0, axis);
    for (long o = 0; o < outer; o++) {
      for (long i = 0; i < inner; i++) {
        long source = (o * x.shape().dim(axis) + from) * inner + i;
        long target = (o * y.shape().dim(axis) + to) * inner + i;
        Elements.copy(x.dtype(), x.values(), source, y.values(), target);
      }
    }
  }
}
