package dev.pith.compress.train;

import dev.pith.compress.quantize.Scale;
import dev.pith.compress.train.ops.TorchTensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Scales of quantized values as a parameter: the logarithm of each, so that steps are relative and
 * scales stay positive. Zero points are constants. Not thread-safe.
 */
final class LearnedScales {

  private static final String NAME = "log-scales";

  private final List<String> values;
  private final List<Integer> zeroPoints = new ArrayList<>();
  private final Tensor logarithms;

  /**
   * Scales to be learned from the next step on.
   *
   * @param initial where they begin, by name of the value
   */
  LearnedScales(TrainingRun run, Map<String, Scale> initial) {
    this.values = List.copyOf(initial.keySet());
    float[] begin = new float[values.size()];
    for (int i = 0; i < begin.length; i++) {
      Scale scale = initial.get(values.get(i));
      zeroPoints.add(scale.zeroPoint());
      begin[i] = (float) StrictMath.log(scale.scale());
    }
    this.logarithms = run.addParameter(NAME, TorchTensors.of(begin, begin.length));
  }

  /** The scales as they are now, by name of the value. */
  Map<String, Scale> now() {
    float[] current = TorchTensors.floats(logarithms);
    Map<String, Scale> scales = new LinkedHashMap<>();
    for (int i = 0; i < current.length; i++) {
      float scale = (float) StrictMath.exp(current[i]);
      scales.put(values.get(i), new Scale(scale, zeroPoints.get(i)));
    }
    return scales;
  }

  /** The logarithm of the scale of {@code value}, with a gradient; {@code null} if it has none. */
  Tensor logarithm(String value) {
    int index = values.indexOf(value);
    return index < 0 ? null : torch.select(logarithms, 0, index);
  }

  /** Continues with saved logarithms. */
  void restore(Map<String, Scale> initial, Tensor saved) {
    zeroPoints.clear();
    values.forEach(value -> zeroPoints.add(initial.get(value).zeroPoint()));
    logarithms.copy_(saved);
  }

  /** The parameter; its elements are in the order of the initial scales. */
  Tensor parameter() {
    return logarithms;
  }
}
