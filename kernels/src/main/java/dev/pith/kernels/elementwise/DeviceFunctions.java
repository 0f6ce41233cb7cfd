package dev.pith.kernels.elementwise;

import dev.pith.kernels.Activation;
import dev.pith.kernels.device.ProgramBuilder;

/** The text of unary functions, and the activations of other device kernels by it. */
public final class DeviceFunctions {

  private DeviceFunctions() {}

  /** Adds all unary functions, each with its number. */
  static ProgramBuilder define(ProgramBuilder program) {
    return program
        .define("F_", UnaryFunction.values())
        .include(DeviceFunctions.class, "functions.h");
  }

  /** Adds what {@code activation} needs and defines it, unless there is none. */
  public static ProgramBuilder activation(ProgramBuilder program, Activation activation) {
    // Names that both enumerations have mean the same.
    return activation.kind() == Activation.Kind.NONE
        ? program
        : define(program).define("ACTIVATION", (Object) ("F_" + activation.kind().name()));
  }
}
