package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.search.BoxProblem;
import dev.pith.kernels.search.BoxSelection;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * Non-maximum suppression; {@link BoxProblem} has the arithmetic. ONNX NonMaxSuppression: boxes,
 * scores, and optional scalars: boxes kept for each class (I64), overlap, least score. The number
 * of rows of the output depends on the values.
 *
 * @param centred whether a box is given by its centre and extents, or by two corners
 */
public record SelectBoxes(boolean centred) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0, 1, 2, 3, 4);
  }

  private static boolean isGiven(OpContext context, int index) {
    return context.has(index) && context.input(index).shape().elementCount() > 0;
  }

  private BoxProblem problem(OpContext context, long count) {
    TensorType boxes = context.input(0);
    TensorType scores = context.input(1);
    Shape b = boxes.shape();
    Shape s = scores.shape();
    boolean fit =
        boxes.dtype() == DType.F32
            && scores.dtype() == DType.F32
            && b.rank() == 3
            && s.rank() == 3
            && b.dim(2) == 4
            && b.dim(0) == s.dim(0)
            && b.dim(1) == s.dim(2);
    if (!fit) {
      throw new IllegalArgumentException(
          "boxes are "
              + boxes
              + " and scores "
              + scores
              + "; F32[images, boxes, 4] and F32[images, classes, boxes] are needed");
    }
    return new BoxProblem(
        b.dim(0),
        s.dim(1),
        b.dim(1),
        centred,
        isGiven(context, 2) ? context.longs(2)[0] : 0,
        isGiven(context, 3) ? (float) context.value(3).getDouble(0) : 0,
        isGiven(context, 4) ? (float) context.value(4).getDouble(0) : Float.NaN,
        count);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    BoxProblem p = problem(context, 0);
    long count =
        BoxSelection.select(p, context.value(0).values(), context.value(1).values()).size();
    return List.of(new TensorType(DType.I64, Shape.of(count, 3)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return problem(context, outputs.get(0).shape().dim(0));
  }
}
