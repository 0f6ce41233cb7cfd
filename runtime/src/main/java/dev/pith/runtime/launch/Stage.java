package dev.pith.runtime.launch;

import dev.pith.kernels.Program;
import dev.pith.kernels.Program.Argument;
import java.util.List;

/** One command of a step before its operands are bound. */
public sealed interface Stage {

  /** The operands, in order. */
  List<Argument> arguments();

  /**
   * A launch of an own kernel.
   *
   * @param source the whole source text
   * @param launch entry point, groups and operands
   */
  record Own(String source, Program.Launch launch) implements Stage {
    @Override
    public List<Argument> arguments() {
      return launch.arguments();
    }
  }

  /**
   * A call into a vendor's library.
   *
   * @param routine makes the call, given its operands
   * @param arguments the operands; numbers are not among them
   */
  record Library(Routine routine, List<Argument> arguments) implements Stage {
    public Library {
      arguments = List.copyOf(arguments);
    }
  }

  /** A routine of a library. */
  @FunctionalInterface
  interface Routine {
    /**
     * Binds the routine to operands.
     *
     * @param operands device memory by place; {@code null} for an absent operand
     */
    Call bind(List<DeviceBuffer> operands);
  }
}
