package dev.pith.compress.qdq;

import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.resample.ResizeProblem;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.Resize;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.SpaceToDepth;
import dev.pith.runtime.graph.ops.Split;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.Transpose;

/** Operations whose outputs are elements of input 0, whatever their type. */
final class Movement {

  private Movement() {}

  static boolean isMovement(Op op) {
    return switch (op) {
      case Pool pool -> pool.function() == PoolFunction.MAX;
      case Resize resize ->
          resize.interpolation() == Interpolation.NEAREST
              && resize.coordinates() != ResizeProblem.Coordinates.CROP;
      case Transpose _,
          DepthToSpace _,
          SpaceToDepth _,
          Slice _,
          Split _,
          Gather _,
          Expand _,
          Tile _,
          Pad _ ->
          true;
      default -> op.isView();
    };
  }
}
