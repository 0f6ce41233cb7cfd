package dev.pith.compress.train;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.train.ops.TorchTensors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Which weights of layers are kept (1) and which are zero for good (0). Owns its tensors until
 * closed.
 */
final class Masks implements AutoCloseable {

  private final Map<String, Tensor> masks = new LinkedHashMap<>();

  /** The masks by name of the weight; float tensors of zeros and ones. */
  Map<String, Tensor> tensors() {
    return masks;
  }

  /** Marks as removed what is zero now, in every weighted layer. */
  void fromZeros(TorchGraph graph) {
    close();
    try (var _ = new PointerScope()) {
      for (WeightedLayer layer : WeightedLayer.of(graph.source())) {
        Tensor weight = graph.parameters().get(layer.weightName());
        if (weight != null) {
          masks.put(layer.weightName(), Torch.keep(nonZero(weight.detach())));
        }
      }
    }
  }

  private static Tensor nonZero(Tensor weight) {
    return weight.ne(new Scalar(0.0)).to(ScalarType.Float);
  }

  /** Forgets masks that remove nothing. */
  void dropEmpty() {
    try (var _ = new PointerScope()) {
      masks
          .entrySet()
          .removeIf(
              entry -> {
                Tensor mask = entry.getValue();
                boolean empty = mask.count_nonzero().item_long() == mask.numel();
                if (empty) {
                  Torch.release(mask);
                }
                return empty;
              });
    }
  }

  /** Marks as removed what pruning removed, in addition to what is marked already. */
  void remove(Pruner.Result pruned) {
    Map<String, String> patterns = new HashMap<>();
    pruned.layers().forEach(layer -> patterns.put(layer.name(), layer.pattern()));
    try (var _ = new PointerScope()) {
      for (WeightedLayer layer : WeightedLayer.of(pruned.graph())) {
        Tensor mask = masks.get(layer.weightName());
        if (mask != null && !patterns.get(layer.name()).equals("dense")) {
          mask.mul_(nonZero(TorchTensors.copy(layer.weight())));
        }
      }
    }
  }

  /** Sets removed weights to zero; never −0.0. */
  void apply(TorchGraph graph) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      masks.forEach(
          (name, mask) -> {
            Tensor weight = graph.parameters().get(name);
            // Adding zero turns −0.0 into 0.0.
            weight.copy_(torch.add(torch.mul(weight, mask), new Scalar(0.0)));
          });
    }
  }

  /** Continues with saved masks, which are kept. */
  void restore(Map<String, Tensor> saved) {
    close();
    saved.forEach((name, mask) -> masks.put(name, Torch.keep(mask)));
  }

  @Override
  public void close() {
    masks.values().forEach(Torch::release);
    masks.clear();
  }
}
