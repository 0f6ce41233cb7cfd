package dev.pith.compress.train.ops;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Computes one kind of node on libtorch, in operations that know their gradients. */
@FunctionalInterface
public interface TorchOp {

  /** The outputs by place; {@code null} for those the node does not name. */
  List<Tensor> run(TorchCall call);

  /** An operation with one output. */
  @FunctionalInterface
  interface Single {
    /** The output. */
    Tensor run(TorchCall call);
  }

  /** The operation with the one output that {@code single} computes. */
  static TorchOp of(Single single) {
    return call -> List.of(single.run(call));
  }
}
