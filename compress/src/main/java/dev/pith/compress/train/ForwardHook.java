package dev.pith.compress.train;

import org.bytedeco.pytorch.Tensor;

/** Changes what a {@link TorchGraph} computes with, on the way; gradients flow through it. */
interface ForwardHook {

  /** What the graph reads instead of parameter {@code name}. */
  default Tensor parameter(String name, Tensor leaf) {
    return leaf;
  }

  /** What readers of value {@code name} get instead; graph inputs included. */
  default Tensor value(String name, Tensor value) {
    return value;
  }
}
