package dev.pith.kernels.quads;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLookupProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a problem asks of activations in quads.
 *
 * @param shapes shapes of the activations, all of rank 4
 * @param border cells of padding that the first activation must have at least
 * @param padding the byte that padding must be made of where {@code border} is not 0
 * @param output shape of the output
 * @param outputInQuads whether the output lies in quads too, else in rows
 * @param alike the first of the activations that are to have the output's border, as all behind it;
 *     their number where none is
 */
public record QuadDemand(
    List<Shape> shapes, int border, int padding, Shape output, boolean outputInQuads, int alike) {

  /** What {@code problem} asks; empty where its activations cannot lie in quads. */
  public static Optional<QuadDemand> of(Problem problem) {
    return Optional.ofNullable(demand(problem))
        .filter(demand -> demand.border <= QuadGrid.MAX_BORDER)
        .filter(demand -> demand.output.elementCount() > 0);
  }

  /** No switch over patterns: a virtual machine takes milliseconds to link one at its start. */
  private static QuadDemand demand(Problem problem) {
    if (problem instanceof QConvProblem conv) {
      return conv(conv);
    } else if (problem instanceof QConvAddProblem both) {
      return convAdd(both);
    } else if (problem instanceof QAddProblem add) {
      return add(add);
    } else if (problem instanceof QLookupProblem lookup) {
      return lookup(lookup);
    } else if (problem instanceof QConcatProblem concat) {
      return concat(concat);
    } else if (problem instanceof PoolProblem pool) {
      return pool(pool);
    }
    return problem instanceof QAveragePoolProblem pool ? average(pool) : null;
  }

  /** What the convolution asks for, and the other summand with the output's border. */
  private static QuadDemand convAdd(QConvAddProblem problem) {
    QuadDemand conv = conv(problem.conv());
    QuadDemand add = add(problem.add());
    if (conv == null || add == null || !conv.output.equals(add.output)) {
      return null;
    }
    List<Shape> shapes = List.of(conv.shapes.getFirst(), add.output);
    return new QuadDemand(shapes, conv.border, conv.padding, add.output, true, conv.alike);
  }

  private static QuadDemand conv(QConvProblem problem) {
    ConvGeometry g = problem.geometry();
    if (g.axes() != 2 || problem.requantize().output() != DType.U8) {
      return null;
    }
    List<Long> output = List.of(g.output(0), g.output(1));
    int border = border(g.input(), g.kernel(), g.strides(), g.dilations(), g.padsBegin(), output);
    return new QuadDemand(
        List.of(g.inputShape()),
        border,
        problem.requantize().inputZeroPoint(),
        g.outputShape(),
        true,
        isSameSize(g) ? 0 : 1);
  }

  /** Where rows have the same pitch, runs of pixels need not end with a row. */
  private static boolean isSameSize(ConvGeometry g) {
    return g.output(0) == g.input().get(0) && g.output(1) == g.input().get(1);
  }

  private static QuadDemand add(QAddProblem problem) {
    return problem.a().rank() == 4 && problem.a().equals(problem.b())
        ? new QuadDemand(List.of(problem.a(), problem.b()), 0, 0, problem.a(), true, 0)
        : null;
  }

  private static QuadDemand lookup(QLookupProblem problem) {
    Shape shape = problem.shape();
    return shape.rank() == 4 ? new QuadDemand(List.of(shape), 0, 0, shape, true, 0) : null;
  }

  private static QuadDemand concat(QConcatProblem problem) {
    List<Shape> inputs = problem.inputs();
    boolean whole =
        inputs.subList(0, inputs.size() - 1).stream()
            .allMatch(shape -> shape.rank() == 4 && shape.dim(1) % 4 == 0);
    return problem.axis() == 1 && whole && inputs.getLast().rank() == 4
        ? new QuadDemand(inputs, 0, 0, problem.output(), true, 0)
        : null;
  }

  private static QuadDemand pool(PoolProblem problem) {
    PoolGeometry g = problem.geometry();
    boolean possible =
        problem.function() == PoolFunction.MAX
            && problem.dtype() == DType.U8
            && !problem.indices()
            && g.axes() == 2;
    if (!possible) {
      return null;
    }
    // Padding of zeros never is a maximum.
    int border =
        border(g.input(), g.kernel(), g.strides(), g.dilations(), g.padsBegin(), g.output());
    Shape input = Shape.of(g.batch(), g.channels(), g.input().get(0), g.input().get(1));
    Shape output = Shape.of(g.batch(), g.channels(), g.output().get(0), g.output().get(1));
    return new QuadDemand(List.of(input), border, 0, output, true, 1);
  }

  private static QuadDemand average(QAveragePoolProblem p) {
    if (p.kernel().size() != 2) {
      return null;
    }
    int border =
        border(p.input(), p.kernel(), p.strides(), p.dilations(), p.padsBegin(), p.output());
    Shape input = Shape.of(p.batch(), p.channels(), p.input().get(0), p.input().get(1));
    Shape output = Shape.of(p.batch(), p.channels(), p.output().get(0), p.output().get(1));
    return new QuadDemand(List.of(input), border, p.inputZeroPoint(), output, !p.isGlobal(), 1);
  }

  /** The farthest that a window reaches beyond the input. */
  private static int border(
      List<Long> input,
      List<Long> kernel,
      List<Long> strides,
      List<Long> dilations,
      List<Long> pads,
      List<Long> output) {
    long border = 0;
    for (int i = 0; i < input.size(); i++) {
      long last =
          (output.get(i) - 1) * strides.get(i)
              + (kernel.get(i) - 1) * dilations.get(i)
              - pads.get(i);
      border = Math.max(border, Math.max(pads.get(i), last - input.get(i) + 1));
    }
    return Math.toIntExact(Math.min(border, Integer.MAX_VALUE));
  }

  /** The problem with all activations in quads with borders of {@code border}. */
  public ArrangedProblem arrange(Problem problem, int border, int padding) {
    Quads quads = new Quads(border, padding);
    return new ArrangedProblem(
        problem,
        Collections.nCopies(shapes.size(), (Arrangement) quads),
        shapes,
        outputInQuads ? quads : Arrangement.ROWS,
        output);
  }

  /** Whether the arrangement of {@code problem} is one that its inner problem asks for. */
  static Support check(ArrangedProblem problem) {
    Optional<QuadDemand> asked = of(problem.problem());
    if (asked.isEmpty()) {
      return Support.no("its activations cannot lie in quads");
    }
    QuadDemand demand = asked.get();
    for (int i = 0; i < problem.inputs().size(); i++) {
      Arrangement input = problem.inputs().get(i);
      if (!(input instanceof Quads quads)) {
        return Support.no("an activation lies in %s", input);
      }
      if (i == 0 && quads.border() < demand.border) {
        return Support.no("a border of %d cells; %d are read", quads.border(), demand.border);
      }
      if (i == 0 && demand.border > 0 && quads.padding() != demand.padding) {
        return Support.no("padding of %d, not %d", quads.padding(), demand.padding);
      }
      if (i >= mustBeAlike(problem, demand) && quads.border() != borderOf(problem)) {
        return Support.no("borders of %s and %s differ", input, problem.output());
      }
    }
    return demand.outputInQuads == problem.output() instanceof Quads
        ? Support.YES
        : Support.no("the output lies in %s", problem.output());
  }

  /** What convolutions read may have another border; they are faster where it has the same. */
  private static int mustBeAlike(ArrangedProblem problem, QuadDemand demand) {
    return isConv(problem.problem()) ? 1 : demand.alike;
  }

  /** Whether {@code problem} is a convolution, with an addition or without. */
  public static boolean isConv(Problem problem) {
    return problem instanceof QConvProblem || problem instanceof QConvAddProblem;
  }

  private static int borderOf(ArrangedProblem problem) {
    return problem.output() instanceof Quads quads ? quads.border() : 0;
  }
}
