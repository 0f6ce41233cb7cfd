package dev.pith.compress.train;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.train.ops.TorchTensors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The weights of each layer share a few values, which are trained by the summed gradients of the
 * weights that have them (Han et al. 2016, "Deep Compression"). Which weight has which value is
 * decided by k-means when training begins and stays; zeros stay zeros.
 */
public final class WeightSharing extends Technique {

  private static final int BYTE = 8;

  private final int bits;
  private final Map<String, Tensor> codes = new LinkedHashMap<>();
  private final Map<String, Tensor> codebooks = new LinkedHashMap<>();
  private final ForwardHook hook =
      new ForwardHook() {
        @Override
        public Tensor parameter(String name, Tensor leaf) {
          return shared(name, leaf);
        }
      };

  /**
   * Weight sharing.
   *
   * @param bits of a code, 2 to 8: a layer has 2^bits values, zero among them
   */
  public WeightSharing(int bits) {
    if (bits < 2 || bits > BYTE) {
      throw new IllegalArgumentException("codes of " + bits + " bits; 2 to 8 are possible");
    }
    this.bits = bits;
  }

  @Override
  String name() {
    return "sharing " + bits;
  }

  @Override
  void begin(TrainingRun run) {
    try (var _ = new PointerScope()) {
      for (WeightedLayer layer : WeightedLayer.of(run.graph().source())) {
        String weight = layer.weightName();
        Tensor leaf = run.graph().parameters().get(weight);
        if (leaf != null) {
          Codebook book = Codebook.of(TorchTensors.floats(leaf), (1 << bits) - 1);
          long[] places = new long[book.codes().length];
          for (int i = 0; i < places.length; i++) {
            places[i] = book.codes()[i];
          }
          codes.put(weight, Torch.keep(TorchTensors.of(places, places.length)));
          Tensor values = TorchTensors.of(book.values(), book.values().length);
          codebooks.put(weight, run.addParameter("codebook/" + weight, values));
        }
      }
    }
    run.graph().add(hook);
    write(run);
  }

  /** The weight made of its shared values; another parameter as it is. */
  private Tensor shared(String name, Tensor leaf) {
    Tensor values = codebooks.get(name);
    if (values == null) {
      return leaf;
    }
    Tensor zero = TorchTensors.of(new float[1], 1);
    Tensor table = torch.cat(new TensorVector(zero, values), 0);
    return torch.index_select(table, 0, codes.get(name)).reshape(TorchTensors.dims(leaf));
  }

  /** The weights as they are shared, into the parameters. */
  private void write(TrainingRun run) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (String name : codebooks.keySet()) {
        Tensor leaf = run.graph().parameters().get(name);
        leaf.copy_(shared(name, leaf));
      }
    }
  }

  @Override
  void afterStep(TrainingRun run) {
    write(run);
  }

  @Override
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    codebooks.forEach((name, values) -> state.put("codebook/" + name, values));
    codes.forEach((name, places) -> state.put("codes/" + name, places));
    return state;
  }

  @Override
  void restore(TrainingRun run, Map<String, Tensor> state) {
    Map<String, Tensor> saved = new HashMap<>(state);
    try (var _ = new NoGradGuard()) {
      codebooks.forEach((name, values) -> values.copy_(saved.get("codebook/" + name)));
      codes.forEach((name, places) -> places.copy_(saved.get("codes/" + name).to(ScalarType.Long)));
    }
    write(run);
  }

  @Override
  void end() {
    codes.values().forEach(Torch::release);
    codes.clear();
    codebooks.clear();
  }
}
