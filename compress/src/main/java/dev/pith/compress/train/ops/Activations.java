package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.Activation;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Nonlinear functions with parameters. */
final class Activations {

  private Activations() {}

  static Tensor apply(Activation activation, Tensor x) {
    return switch (activation.kind()) {
      case NONE -> x;
      case RELU -> torch.relu(x);
      case CLIP -> clip(x, activation.alpha(), activation.beta());
      case LEAKY_RELU -> torch.leaky_relu(x, scalar(activation.alpha()));
      case SIGMOID -> torch.sigmoid(x);
      case TANH -> torch.tanh(x);
      case SILU -> torch.silu(x);
      case HARD_SIGMOID -> hardSigmoid(x, activation.alpha(), activation.beta());
      case HARD_SWISH -> torch.hardswish(x);
      case GELU -> torch.gelu(x);
    };
  }

  /** min(max(x, low), high); infinite bounds do not bound. */
  static Tensor clip(Tensor x, double low, double high) {
    return torch.clamp(x, new ScalarOptional(scalar(low)), new ScalarOptional(scalar(high)));
  }

  /** max(0, min(1, slope · x + offset)). */
  static Tensor hardSigmoid(Tensor x, double slope, double offset) {
    return clip(torch.add(torch.mul(x, scalar(slope)), scalar(offset)), 0, 1);
  }
}
