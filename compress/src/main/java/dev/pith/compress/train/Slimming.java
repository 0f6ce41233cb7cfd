package dev.pith.compress.train;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.BatchNorm;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Network slimming (Liu et al. 2017): the magnitudes of BatchNorm scales are part of the loss, so
 * that channels that matter little fade; pruning of channels then removes them.
 */
public final class Slimming extends Technique {

  private final double strength;
  private final Set<String> scales = new LinkedHashSet<>();

  /**
   * Slimming.
   *
   * @param strength factor of the sum of magnitudes, positive; 1e-5 to 1e-3 are usual
   */
  public Slimming(double strength) {
    if (!(strength > 0) || !Double.isFinite(strength)) {
      throw new IllegalArgumentException("strength " + strength + " is not positive");
    }
    this.strength = strength;
  }

  @Override
  String name() {
    return "slimming " + strength;
  }

  @Override
  void begin(TrainingRun run) {
    for (Node node : run.graph().source().nodes()) {
      if (node.op() instanceof BatchNorm && run.graph().parameters().containsKey(node.input(1))) {
        scales.add(node.input(1));
      }
    }
    if (scales.isEmpty()) {
      throw new IllegalArgumentException(
          "slimming needs BatchNorm nodes with scales; "
              + run.graph().source().name()
              + " has none");
    }
  }

  @Override
  Tensor loss(TrainingRun run, Tensor loss, Map<String, Tensor> values) {
    Tensor total = loss;
    for (String scale : scales) {
      Tensor sum = torch.sum(torch.abs(run.graph().parameters().get(scale)));
      total = torch.add(total, torch.mul(sum, scalar(strength)));
    }
    return total;
  }
}
