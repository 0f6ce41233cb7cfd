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
 * Blocks of channels become blocks of pixels: [N, C·b², H, W] to [N, C, H·b, W·b]. ONNX
 * DepthToSpace.
 *
 * @param blockSize b
 * @param channelFirst whether channels are read as [C, b, b] (mode CRD) and not as [b, b, C] (DCR)
 */
public record DepthToSpace(long blockSize, boolean channelFirst) implements Op {

  @Override
  public List<TensorType> infer(OpContext context) {
    TensorType x = context.input(0);
    Shape shape = x.shape();
    if (shape.rank() != 4 || blockSize < 1 || shape.dim(1) % (blockSize * blockSize) != 0) {
      throw new IllegalArgumentException(
          "channels of " + x + " do not divide into blocks of " + blockSize + "x" + blockSize);
    }
    return List.of(
        new TensorType(
            x.dtype(),
            Shape.of(
                shape.dim(0),
                shape.dim(1) / (blockSize * blockSize),
                Math.multiplyExact(shape.dim(2), blockSize),
                Math.multiplyExact(shape.dim(3), blockSize))));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    TensorType x = context.input(0);
    Shape y = outputs.get(0).shape();
    CopyProblem.Builder builder = CopyProblem.builder(x.dtype(), y);
    if (y.elementCount() == 0) {
      return builder.build();
    }
    StridedView source = StridedView.of(x.shape());
    source =
        channelFirst
            ? source.split(1, blockSize).split(1, blockSize).permute(0, 1, 4, 2, 5, 3)
            : source.split(1, y.dim(1)).split(1, blockSize).permute(0, 3, 4, 1, 5, 2);
    return builder
        .copy(0, source, 0, builder.output(0).split(3, blockSize).split(2, blockSize))
        .build();
  }
}
