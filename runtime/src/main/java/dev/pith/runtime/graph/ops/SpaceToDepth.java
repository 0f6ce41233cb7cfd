package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * Blocks of pixels become blocks of channels: [N, C, H·b, W·b] to [N, b·b·C, H, W]. ONNX
 * SpaceToDepth.
 *
 * @param blockSize b
 */
public record SpaceToDepth(long blockSize) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    if (shape.rank() != 4
        || blockSize < 1
        || shape.dim(2) % blockSize != 0
        || shape.dim(3) % blockSize != 0) {
      throw new IllegalArgumentException(
          "pixels of " + x + " do not divide into blocks of " + blockSize + "x" + blockSize);
    }
    return List.of(
        new TensorType(
            x.dtype(),
            Shape.of(
                shape.dim(0),
                Math.multiplyExact(shape.dim(1), blockSize * blockSize),
                shape.dim(2) / blockSize,
                shape.dim(3) / blockSize)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    CopyProblem.Builder builder = CopyProblem.builder(x.dtype(), outputs.get(0).shape());
    if (outputs.get(0).shape().elementCount() == 0) {
      return builder.build();
    }
    StridedView source = StridedView.of(x.shape()).split(3, blockSize).split(2, blockSize);
    StridedView target = builder.output(0).split(1, x.shape().dim(1)).split(1, blockSize);
    return builder.copy(0, source.permute(0, 3, 5, 1, 2, 4), 0, target).build();
  }
}
