package dev.pith.compress.train.ops;

import org.bytedeco.pytorch.Tensor;

/** Shapes and data movement. */
final class ShapeOps {

  private ShapeOps() {}

  static Tensor identity(TorchCall call) {
    return call.input(0);
  }

  /** Any view: the shape of the output is known from type inference. */
  static Tensor reshape(TorchCall call) {
    return call.input(0).reshape(call.output(0).dims());
  }
}
