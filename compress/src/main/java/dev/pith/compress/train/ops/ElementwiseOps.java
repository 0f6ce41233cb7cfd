package dev.pith.compress.train.ops;

import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Unary;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Functions of one and two numbers. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  static Tensor unary(TorchCall call) {
    Unary op = call.op(Unary.class);
    Tensor x = call.input(0);
    return switch (op.function()) {
      case ABS -> torch.abs(x);
      case EXP -> torch.exp(x);
      case LOG -> torch.log(x);
      case NEG -> torch.neg(x);
      case RELU -> torch.relu(x);
      case SIGMOID -> torch.sigmoid(x);
      case SQRT -> torch.sqrt(x);
      case TANH -> torch.tanh(x);
      default -> throw new IllegalArgumentException(op.function() + " cannot be trained");
    };
  }

  static Tensor binary(TorchCall call) {
    Tensor a = call.input(0);
    Tensor b = call.input(1);
    Binary op = call.op(Binary.class);
    return switch (op.function()) {
      case ADD -> torch.add(a, b);
      case SUB -> torch.sub(a, b);
      case MUL -> torch.mul(a, b);
      case DIV -> torch.div(a, b);
      default -> throw new IllegalArgumentException(op.function() + " cannot be trained");
    };
  }
}
