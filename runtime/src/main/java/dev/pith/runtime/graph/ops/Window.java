package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.signal.WindowProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import java.util.Set;

/**
 * A window of cosines with the length of input 0 (a scalar); {@link WindowProblem} has the
 * arithmetic. ONNX HannWindow, HammingWindow, BlackmanWindow.
 *
 * @param dtype element type of the window
 * @param periodic whether the window continues itself
 * @param kind which coefficients
 */
public record Window(DType dtype, boolean periodic, Kind kind) implements Op {

  /** Coefficients. */
  public enum Kind {
    HANN,
    HAMMING,
    BLACKMAN
  }

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(0);
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    long length = context.longs(0)[0];
    if (length < 0) {
      throw new IllegalArgumentException("length is " + length + "; 0 or more is needed");
    }
    return List.of(new TensorType(dtype, Shape.of(length)));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    long length = outputs.get(0).shape().dim(0);
    return switch (kind) {
      case HANN -> new WindowProblem(dtype, length, periodic, 0.5, 0.5, 0);
      case HAMMING -> new WindowProblem(dtype, length, periodic, 25.0 / 46, 21.0 / 46, 0);
      case BLACKMAN -> new WindowProblem(dtype, length, periodic, 0.42, 0.5, 0.08);
    };
  }
}
