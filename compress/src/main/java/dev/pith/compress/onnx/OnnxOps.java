package dev.pith.compress.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one list of ONNX operators Pith reads. Each class lists its own in {@code ALL}: to add an
 * operator, write its translation there and add a line.
 */
final class OnnxOps {

  /** Every operator. */
  static final List<OnnxOp> ALL =
      Stream.of(
              ConstantOps.ALL,
              ElementwiseOps.ALL,
              ActivationOps.ALL,
              MovementOps.ALL,
              IndexOps.ALL,
              ShapeOps.ALL,
              ControlFlowOps.ALL,
              ConvOps.ALL,
              MatMulOps.ALL,
              NormOps.ALL,
              PoolOps.ALL,
              RecurrentOps.ALL,
              ResampleOps.ALL,
              AttentionOps.ALL,
              LossOps.ALL,
              SignalOps.ALL,
              CompositeOps.ALL,
              RefusedOps.ALL,
              ReduceOps.ALL,
              QuantizeOps.ALL,
              QLinearOps.ALL,
              MicrosoftOps.ALL)
          .flatMap(List::stream)
          .toList();

  private static final Map<String, OnnxOp> BY_NAME =
      ALL.stream()
          .collect(Collectors.toMap(op -> key(op.domain(), op.type()), Function.identity()));

  private OnnxOps() {}

  private static String key(String domain, String type) {
    return domain + "::" + type;
  }

  /** The operator, or {@code null} if Pith does not have it. */
  static OnnxOp find(String domain, String type) {
    return BY_NAME.get(key(domain, type));
  }
}
