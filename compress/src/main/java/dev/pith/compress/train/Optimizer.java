package dev.pith.compress.train;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Changes parameters against their gradients. Its state (momentum, moments) is named tensors, so
 * that a checkpoint can hold it. Not thread-safe.
 */
final class Optimizer implements AutoCloseable {

  private final OptimizerSpec spec;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private long steps;

  Optimizer(OptimizerSpec spec) {
    this.spec = spec;
  }

  /** State by name; for checkpoints and tests. */
  Map<String, Tensor> state() {
    return state;
  }

  /** Steps made. */
  long steps() {
    return steps;
  }

  /** Continues from a saved state, which is kept. */
  void restore(long stepsDone, Map<String, Tensor> saved) {
    close();
    steps = stepsDone;
    saved.forEach((name, value) -> state.put(name, Torch.keep(value)));
  }

  /**
   * One step.
   *
   * @param parameters leaves by name; those without a gradient stay
   * @param learningRate the rate of this step
   */
  void step(Map<String, Tensor> parameters, double learningRate) {
    steps++;
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      parameters.forEach(
          (name, leaf) -> {
            Tensor gradient = leaf.grad();
            if (gradient.defined()) {
              update(name, leaf, gradient, learningRate);
            }
          });
    }
  }

  private void update(String name, Tensor leaf, Tensor gradient, double learningRate) {
    double decay = leaf.dim() > 1 ? spec.weightDecay() : 0;
    if (decay > 0 && spec.kind() == OptimizerSpec.Kind.ADAMW) {
      leaf.mul_(scalar(1 - learningRate * decay));
    } else if (decay > 0) {
      gradient.add_(leaf, scalar(decay));
    }
    if (spec.kind() == OptimizerSpec.Kind.SGD) {
      sgd(name, leaf, gradient, learningRate);
    } else {
      adam(name, leaf, gradient, learningRate);
    }
  }

  private void sgd(String name, Tensor leaf, Tensor gradient, double learningRate) {
    if (spec.momentum() == 0) {
      leaf.add_(gradient, scalar(-learningRate));
      return;
    }
    Tensor momentum = state(name + "/momentum", leaf);
    momentum.mul_(scalar(spec.momentum())).add_(gradient);
    if (spec.nesterov()) {
      leaf.add_(gradient, scalar(-learningRate));
      leaf.add_(momentum, scalar(-learningRate * spec.momentum()));
    } else {
      leaf.add_(momentum, scalar(-learningRate));
    }
  }

  private void adam(String name, Tensor leaf, Tensor gradient, double learningRate) {
    Tensor first = state(name + "/first", leaf);
    Tensor second = state(name + "/second", leaf);
    first.mul_(scalar(spec.momentum())).add_(gradient, scalar(1 - spec.momentum()));
    second.mul_(scalar(spec.beta2())).addcmul_(gradient, gradient, scalar(1 - spec.beta2()));
    double firstBias = 1 - Math.pow(spec.momentum(), (double) steps);
    double secondBias = 1 - Math.pow(spec.beta2(), (double) steps);
    Tensor root = torch.sqrt(torch.div(second, scalar(secondBias)));
    root.add_(scalar(OptimizerSpec.EPSILON));
    leaf.addcdiv_(first, root, scalar(-learningRate / firstBias));
  }

  private Tensor state(String name, Tensor like) {
    return state.computeIfAbsent(name, n -> Torch.keep(torch.zeros_like(like)));
  }

  @Override
  public void close() {
    state.values().forEach(Torch::release);
    state.clear();
  }
}
