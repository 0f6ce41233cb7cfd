package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Unary;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Functions of one and two numbers; the formulas are those of the graph's functions. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  static Tensor unary(TorchCall call) {
    Unary op = call.op(Unary.class);
    return unary(op, call.input(0));
  }

  /** The function of {@code op} at {@code x}. */
  static Tensor unary(Unary op, Tensor x) {
    return switch (op.function()) {
      case ABS -> torch.abs(x);
      case NEG -> torch.neg(x);
      case SIGN -> torch.sign(x);
      case RECIPROCAL -> torch.reciprocal(x);
      case SQRT -> torch.sqrt(x);
      case EXP -> torch.exp(x);
      case LOG -> torch.log(x);
      case ERF -> torch.erf(x);
      case FLOOR -> torch.floor(x);
      case CEIL -> torch.ceil(x);
      case ROUND -> torch.round(x);
      case NOT -> torch.logical_not(x);
      case BITWISE_NOT -> torch.bitwise_not(x);
      case IS_NAN -> torch.isnan(x);
      case IS_INF ->
          throw new IllegalArgumentException("IS_INF has no place in a network to be trained");
      case SIN -> torch.sin(x);
      case COS -> torch.cos(x);
      case TAN -> torch.tan(x);
      case ASIN -> torch.asin(x);
      case ACOS -> torch.acos(x);
      case ATAN -> torch.atan(x);
      case SINH -> torch.sinh(x);
      case COSH -> torch.cosh(x);
      case TANH -> torch.tanh(x);
      case ASINH -> torch.asinh(x);
      case ACOSH -> torch.acosh(x);
      case ATANH -> torch.atanh(x);
      default -> activation(op, x);
    };
  }

  private static Tensor activation(Unary op, Tensor x) {
    double alpha = op.alpha();
    double beta = op.beta();
    return switch (op.function()) {
      case RELU -> torch.relu(x);
      case CLIP -> Activations.clip(x, alpha, beta);
      case LEAKY_RELU -> torch.leaky_relu(x, scalar(alpha));
      case THRESHOLDED_RELU -> torch.threshold(x, scalar(alpha), scalar(0));
      case ELU -> torch.elu(x, scalar(alpha), scalar(1), scalar(1));
      case SELU -> torch.elu(x, scalar(alpha), scalar(beta), scalar(1));
      case CELU -> torch.celu(x, scalar(alpha));
      case SIGMOID -> torch.sigmoid(x);
      case HARD_SIGMOID -> Activations.hardSigmoid(x, alpha, beta);
      case HARD_SWISH -> torch.hardswish(x);
      case SOFTPLUS -> torch.softplus(x);
      case SOFTSIGN -> torch.div(x, torch.add(torch.abs(x), scalar(1)));
      case SILU -> torch.silu(x);
      case SWISH -> torch.mul(x, torch.sigmoid(torch.mul(x, scalar(alpha))));
      case MISH -> torch.mish(x);
      case GELU -> torch.gelu(x);
      case GELU_TANH -> torch.gelu(x, "tanh");
      case SHRINK ->
          torch.add(
              torch.mul(torch.add(x, scalar(beta)), torch.lt(x, scalar(-alpha))),
              torch.mul(torch.sub(x, scalar(beta)), torch.gt(x, scalar(alpha))));
      default -> throw new IllegalStateException(op.function() + " is no activation");
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
      case DIV -> divide(a, b);
      case POW -> torch.pow(a, b);
      case MIN -> torch.minimum(a, b);
      case MAX -> torch.maximum(a, b);
      case PRELU -> torch.where(torch.lt(a, scalar(0)), torch.mul(a, b), a);
      case AND -> torch.logical_and(a, b);
      case OR -> torch.logical_or(a, b);
      case XOR -> torch.logical_xor(a, b);
      case EQUAL -> torch.eq(a, b);
      case LESS -> torch.lt(a, b);
      case GREATER -> torch.gt(a, b);
      case LESS_OR_EQUAL -> torch.le(a, b);
      case GREATER_OR_EQUAL -> torch.ge(a, b);
      case MOD, REMAINDER, BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw new IllegalArgumentException(
              op.function() + " of computed values cannot be trained");
    };
  }

  private static Tensor divide(Tensor a, Tensor b) {
    if (!a.is_floating_point()) {
      throw new IllegalArgumentException(
          "a quotient of integers that depends on the data cannot be trained");
    }
    return torch.div(a, b);
  }

  static Tensor where(TorchCall call) {
    return torch.where(call.input(0), call.input(1), call.input(2));
  }

  /** Any cast; all floating-point types are F32 here. */
  static Tensor cast(TorchCall call) {
    DType dtype = call.op(Cast.class).dtype();
    return call.input(0).to(TorchTensors.scalarType(dtype.isFloat() ? DType.F32 : dtype));
  }
}
