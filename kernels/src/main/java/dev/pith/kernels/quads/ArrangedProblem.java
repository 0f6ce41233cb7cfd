package dev.pith.kernels.quads;

import dev.pith.kernels.Problem;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.tensor.Shape;
import java.util.List;

/**
 * A problem on U8 activations some of which lie in quads. Operands are those of {@code problem},
 * but an operand in quads is a flat U8 tensor of {@link QuadGrid#byteSize} bytes. The result is
 * {@code problem}'s, and the border of an output in quads is filled with its padding.
 *
 * @param problem what is computed, of an output that is U8 or lies in rows
 * @param inputs how each activation (the inputs before the constants) lies
 * @param shapes the activations' shapes
 * @param output how the output lies
 * @param outputShape the output's shape
 */
public record ArrangedProblem(
    Problem problem,
    List<Arrangement> inputs,
    List<Shape> shapes,
    Arrangement output,
    Shape outputShape)
    implements Problem {

  public ArrangedProblem {
    inputs = List.copyOf(inputs);
    shapes = List.copyOf(shapes);
  }

  /** The grid of input {@code index}; {@code null} where it lies in rows. */
  QuadGrid inputGrid(int index) {
    return inputs.get(index) instanceof Quads q ? QuadGrid.of(shapes.get(index), q) : null;
  }

  /** The grid of the output; {@code null} where it lies in rows. */
  QuadGrid outputGrid() {
    return output instanceof Quads q ? QuadGrid.of(outputShape, q) : null;
  }

  /** The byte that the output's border is made of. */
  int outputPadding() {
    return output instanceof Quads q ? q.padding() : 0;
  }

  @Override
  public long work() {
    return problem.work();
  }

  @Override
  public String toString() {
    return problem + " " + inputs + " -> " + output;
  }
}
