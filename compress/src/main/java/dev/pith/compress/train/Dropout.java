package dev.pith.compress.train;

import dev.pith.compress.train.ops.TorchTensors;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Linear;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Dropout (Srivastava et al. 2014): while training, each element that a linear layer reads is left
 * out with some probability and the others are scaled up, so that the mean stays; layers that read
 * the network's input read all of it. Which ones are left out follows from the seed and the step,
 * so that a resumed training drops the same. The trained network has no trace of it.
 */
public final class Dropout extends Technique {

  private final double probability;
  private final Set<String> dropped = new LinkedHashSet<>();
  private boolean isActive;
  private long stepSeed;
  private final ForwardHook hook =
      new ForwardHook() {
        @Override
        public Tensor value(String name, Tensor value) {
          return isActive && dropped.contains(name) ? torch.mul(value, mask(name, value)) : value;
        }
      };

  /**
   * Dropout.
   *
   * @param probability share of elements left out, above 0 and below 1; 0.5 is usual
   */
  public Dropout(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout is " + probability + "; it is a share above 0 and below 1");
    }
    this.probability = probability;
  }

  /** What linear layers of {@code graph} read, but for the network's input. */
  static Set<String> hidden(Graph graph) {
    Map<String, Node> producers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
    Set<String> hidden = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Linear) {
        Node before = producers.get(node.input(0));
        while (before != null && before.op().isView()) {
          before = producers.get(before.input(0));
        }
        if (before != null) {
          hidden.add(node.input(0));
        }
      }
    }
    return hidden;
  }

  @Override
  String name() {
    return "dropout " + probability;
  }

  @Override
  void begin(TrainingRun run) {
    dropped.addAll(hidden(run.graph().source()));
    if (dropped.isEmpty()) {
      throw new IllegalArgumentException(
          "dropout needs linear layers behind others; "
              + run.graph().source().name()
              + " has none");
    }
    run.graph().add(hook);
  }

  @Override
  void beforeStep(TrainingRun run) {
    stepSeed = run.settings().seed() * 1_000_003 + run.step();
    isActive = true;
  }

  /** Factors of the elements of {@code value}: libtorch's generator is shared by all trainings. */
  private Tensor mask(String name, Tensor value) {
    SplittableRandom random = new SplittableRandom(stepSeed * 31 + name.hashCode());
    float[] factors = new float[Math.toIntExact(value.numel())];
    float kept = (float) (1 / (1 - probability));
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextDouble() < probability ? 0 : kept;
    }
    return torch.reshape(TorchTensors.of(factors, factors.length), value.sizes());
  }

  @Override
  Tensor loss(TrainingRun run, Tensor loss, Map<String, Tensor> values) {
    isActive = false;
    return loss;
  }
}
