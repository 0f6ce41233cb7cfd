package dev.pith.compress.prune;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.GraphEditor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Removes channels from constants while a graph is rewritten. Not thread-safe. */
final class ChannelCut {

  private final ChannelTrace trace;
  private final boolean[] removed;
  private final GraphEditor editor;

  /**
   * A cut.
   *
   * @param trace where channels lie
   * @param removed whether the class of each root is removed
   * @param editor takes the new constants
   */
  ChannelCut(ChannelTrace trace, boolean[] removed, GraphEditor editor) {
    this.trace = trace;
    this.removed = removed;
    this.editor = editor;
  }

  ChannelTrace trace() {
    return trace;
  }

  /** Indices that stay along the labelled axis of a value; {@code null} if all do. */
  int[] kept(String value) {
    ChannelLabels labels = trace.labels(value);
    return labels == null ? null : kept(labels.ids());
  }

  /** Places in {@code ids} that stay; {@code null} if all do. */
  int[] kept(int[] ids) {
    int[] kept = new int[ids.length];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!removed[trace.classes().root(ids[i])]) {
        kept[count++] = i;
      }
    }
    return count == ids.length ? null : java.util.Arrays.copyOf(kept, count);
  }

  /** Name of a new constant: {@code name} with only {@code kept} indices along {@code axis}. */
  String sliced(String name, int axis, int[] kept) {
    return kept == null
        ? name
        : editor.addConstant(name + "_cut", slice(trace.constant(name), axis, kept));
  }

  /** Name of a new constant. */
  String constant(String base, Tensor value) {
    return editor.addConstant(base, value);
  }

  /** {@code tensor} with only the given indices along {@code axis}. */
  static Tensor slice(Tensor tensor, int axis, int[] kept) {
    if (kept == null) {
      return tensor;
    }
    Shape shape = tensor.shape();
    int bits = tensor.dtype().bits();
    long inner = shape.elementCount(axis + 1, shape.rank());
    long outer = shape.elementCount(0, axis);
    Shape smaller = shape.with(axis, kept.length);
    Tensor result = Tensor.allocate(Arena.ofAuto(), tensor.dtype(), smaller);
    if (bits < 8) {
      throw new IllegalArgumentException("constant " + tensor + " has elements below a byte");
    }
    long bytes = inner * bits / 8;
    long target = 0;
    for (long o = 0; o < outer; o++) {
      for (int index : kept) {
        long source = (o * shape.dim(axis) + index) * bytes;
        MemorySegment.copy(tensor.values(), source, result.values(), target, bytes);
        target += bytes;
      }
    }
    return result;
  }

  /** A copy of an I64 vector with entry {@code index} replaced. */
  static Tensor withEntry(Tensor vector, int index, long value) {
    long[] entries = vector.toLongs();
    entries[index] = value;
    Tensor copy = Tensor.allocate(Arena.ofAuto(), vector.dtype(), vector.shape());
    for (int i = 0; i < entries.length; i++) {
      Elements.setLong(vector.dtype(), copy.values(), i, entries[i]);
    }
    return copy;
  }
}
