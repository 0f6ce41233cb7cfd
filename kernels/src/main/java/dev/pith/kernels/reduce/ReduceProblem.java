package dev.pith.kernels.reduce;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.List;

/**
 * y = function of x along {@code axes}; y holds the elements of the other axes in order, whether or
 * not the reduced axes are kept as extents of 1.
 *
 * @param function what is kept
 * @param dtype element type of x and y; integers wrap, means of integers truncate
 * @param shape extents of x
 * @param axes axes to reduce, ascending; none reduces each element alone
 */
public record ReduceProblem(ReduceFunction function, DType dtype, Shape shape, List<Integer> axes)
    implements Problem {

  public ReduceProblem {
    axes = List.copyOf(axes);
  }

  /** Elements of y. */
  public long outputs() {
    long count = 1;
    for (int i = 0; i < shape.rank(); i++) {
      count *= axes.contains(i) ? 1 : shape.dim(i);
    }
    return count;
  }

  /** Elements of x that one element of y stands for. */
  public long reduced() {
    long count = 1;
    for (int axis : axes) {
      count *= shape.dim(axis);
    }
    return count;
  }

  /** Whether the reduced axes are neighbours, extents of 1 aside. */
  public boolean isContiguous() {
    int first = -1;
    int last = -1;
    for (int axis : axes) {
      if (shape.dim(axis) != 1) {
        first = first < 0 ? axis : first;
        last = axis;
      }
    }
    for (int i = Math.max(first, 0); i < last; i++) {
      if (!axes.contains(i) && shape.dim(i) != 1) {
        return false;
      }
    }
    return true;
  }

  /** Where the axes are contiguous: the distance between elements reduced to one. */
  public long inner() {
    long inner = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      if (axes.contains(i) && shape.dim(i) != 1) {
        return inner;
      }
      inner *= shape.dim(i);
    }
    return 1;
  }

  @Override
  public long work() {
    return shape.elementCount();
  }
}
