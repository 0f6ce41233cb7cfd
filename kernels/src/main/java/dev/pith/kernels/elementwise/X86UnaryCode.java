package dev.pith.kernels.elementwise;

import dev.pith.kernels.Activation;
import dev.pith.kernels.x86.Assembler;
import dev.pith.kernels.x86.FloatFunctions;
import dev.pith.kernels.x86.GeneratedCode;
import dev.pith.kernels.x86.Op;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Vec;
import java.util.EnumMap;
import java.util.Map;

/**
 * Machine code for a function of one operand ({@link X86RowLoop}).
 *
 * @param function one of those that {@link #has}
 */
record X86UnaryCode(UnaryFunction function) implements GeneratedCode {

  /** Rounding modes of {@code vroundps}. */
  private static final Map<UnaryFunction, Imm> ROUNDINGS =
      Map.of(
          UnaryFunction.ROUND, new Imm(0),
          UnaryFunction.FLOOR, new Imm(1),
          UnaryFunction.CEIL, new Imm(2));

  private static final Map<UnaryFunction, Activation.Kind> ACTIVATIONS = activations();

  private static Map<UnaryFunction, Activation.Kind> activations() {
    Map<UnaryFunction, Activation.Kind> map = new EnumMap<>(UnaryFunction.class);
    for (Activation.Kind kind : Activation.Kind.values()) {
      if (kind != Activation.Kind.NONE) {
        map.put(UnaryFunction.valueOf(kind.name()), kind);
      }
    }
    return map;
  }

  /** Whether there is code for {@code function}. */
  static boolean has(UnaryFunction function) {
    return switch (function) {
      case ABS, NEG, RECIPROCAL, SQRT, EXP, ERF, THRESHOLDED_RELU, SWISH -> true;
      default -> ACTIVATIONS.containsKey(function) || ROUNDINGS.containsKey(function);
    };
  }

  @Override
  public String name() {
    return "unary_" + function;
  }

  @Override
  public Assembler assemble() {
    return X86RowLoop.unary((a, f, x, y) -> emit(a, f, x, y));
  }

  private void emit(Assembler a, FloatFunctions f, Vec x, Vec y) {
    switch (function) {
      case ABS -> f.abs(x);
      case NEG -> f.neg(x);
      case RECIPROCAL -> f.reciprocal(x);
      case SQRT -> a.emit(Op.VSQRTPS, x, x);
      case EXP -> f.exp(x);
      case ERF -> f.erf(x);
      case THRESHOLDED_RELU -> f.threshold(x, X86RowLoop.ALPHA);
      case SWISH -> {
        a.emit(Op.VMULPS, y, x, X86RowLoop.ALPHA);
        f.sigmoid(y);
        a.emit(Op.VMULPS, x, x, y);
      }
      case RELU -> f.clip(x, f.constant(0), f.constant(Float.POSITIVE_INFINITY));
      case FLOOR, CEIL, ROUND -> a.emit(Op.VROUNDPS, x, x, ROUNDINGS.get(function));
      default -> f.activate(ACTIVATIONS.get(function), x, X86RowLoop.ALPHA, X86RowLoop.BETA);
    }
  }
}
