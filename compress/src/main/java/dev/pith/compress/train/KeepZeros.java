package dev.pith.compress.train;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Weights that are zero when training begins stay exactly zero: fine-tuning of pruned networks. */
public final class KeepZeros extends Technique {

  private final Masks masks = new Masks();

  @Override
  String name() {
    return "keep-zeros";
  }

  @Override
  void begin(TrainingRun run) {
    masks.fromZeros(run.graph());
    masks.dropEmpty();
  }

  @Override
  void afterStep(TrainingRun run) {
    masks.apply(run.graph());
  }

  @Override
  Map<String, Tensor> state() {
    return masks.tensors();
  }

  @Override
  void restore(TrainingRun run, Map<String, Tensor> state) {
    masks.restore(state);
  }

  @Override
  void end() {
    masks.close();
  }
}
