package dev.pith.kernels.movement;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Outputs put together from strided pieces of inputs: transposition, slices, padding, tiles,
 * concatenation, splitting and whatever else only moves elements.
 *
 * @param dtype element type of everything
 * @param outputs shapes of the outputs
 * @param blocks copies that together write every element of every output once, in any order
 */
public record CopyProblem(DType dtype, List<Shape> outputs, List<CopyBlock> blocks)
    implements Problem {

  public CopyProblem {
    outputs = List.copyOf(outputs);
    blocks = List.copyOf(blocks);
  }

  /** A problem to be put together, with one output of shape {@code shape}. */
  public static Builder builder(DType dtype, Shape shape) {
    return new Builder(dtype, List.of(shape));
  }

  /** A problem to be put together, with several outputs. */
  public static Builder builder(DType dtype, List<Shape> outputs) {
    return new Builder(dtype, outputs);
  }

  @Override
  public long work() {
    return outputs.stream().mapToLong(Shape::elementCount).sum();
  }

  /** Collects the blocks of a problem. Not thread-safe. */
  public static final class Builder {

    private final DType dtype;
    private final List<Shape> outputs;
    private final List<CopyBlock> blocks = new ArrayList<>();

    private Builder(DType dtype, List<Shape> outputs) {
      this.dtype = dtype;
      this.outputs = List.copyOf(outputs);
    }

    /** All elements of output {@code output}, to be sliced to the part that a copy writes. */
    public StridedView output(int output) {
      return StridedView.of(outputs.get(output));
    }

    /** Adds the copy of {@code source}, a view of input {@code input}, to all of output 0. */
    public CopyProblem only(int input, StridedView source) {
      return copy(input, source, 0, output(0)).build();
    }

    /** Adds a copy from a view of an input to a view of an output, of the same shape. */
    public Builder copy(int input, StridedView source, int output, StridedView target) {
      if (target.shape().elementCount() > 0) {
        blocks.add(CopyBlock.of(input, source, output, target));
      }
      return this;
    }

    /**
     * Writes one number to a view of an output.
     *
     * @param input the input that has the number as its only element, or {@link CopyBlock#ZEROS}
     */
    public Builder fill(int input, int output, StridedView target) {
      return copy(input, StridedView.of(Shape.SCALAR).broadcast(target.shape()), output, target);
    }

    /**
     * Writes one number to everything outside a box of an output.
     *
     * @param input the input that has the number, or {@link CopyBlock#ZEROS}
     * @param start the box's first position along each axis
     * @param count its positions along each axis
     */
    public Builder fillAround(int input, int output, long[] start, long[] count) {
      StridedView view = output(output);
      for (int axis = 0; axis < start.length; axis++) {
        // Slabs before and behind the box along this axis, as long as the box along earlier axes.
        long end = start[axis] + count[axis];
        fill(input, output, view.slice(axis, 0, 1, start[axis]));
        fill(input, output, view.slice(axis, end, 1, view.shape().dim(axis) - end));
        view = view.slice(axis, start[axis], 1, count[axis]);
      }
      return this;
    }

    /** The problem. */
    public CopyProblem build() {
      return new CopyProblem(dtype, outputs, blocks);
    }
  }
}
