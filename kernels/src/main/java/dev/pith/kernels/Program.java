package dev.pith.kernels;

import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What a GPU backend must compile and launch: one source, and launches of its entry points that run
 * one after the other.
 *
 * <p>The source is complete: definitions, the shared prelude, the kernel. It compiles as OpenCL C
 * 1.2 and as CUDA C. Backends compile with correctly rounded fp32 division.
 *
 * @param source the whole source text
 * @param launches in order; a launch of which no output is wanted may be left out, unless one is a
 *     byproduct
 */
public record Program(String source, List<Launch> launches) {

  /** Work items of a group, where a launch does not say otherwise. */
  public static final int GROUP_SIZE = 64;

  public Program {
    launches = List.copyOf(launches);
  }

  /**
   * One run of an entry point over a row of groups.
   *
   * @param entryPoint name of the kernel function
   * @param groups groups, at least 1
   * @param groupSize work items of a group, as the source declares them
   * @param localBytes local memory of a group where the source leaves its size to the launch, 0
   *     where it does not; OpenCL C always declares it
   * @param arguments the kernel function's parameters, in order
   */
  public record Launch(
      String entryPoint, int groups, int groupSize, int localBytes, List<Argument> arguments) {
    public Launch {
      arguments = List.copyOf(arguments);
    }
  }

  /** One parameter of a kernel function. */
  public sealed interface Argument {
    /** Component {@code component} of input {@code index}; a null pointer where it is absent. */
    record Input(int index, int component) implements Argument {}

    /**
     * A form of the constant input {@code index} that the device keeps beside or in place of its
     * components; made once for a device and counted as repacked bytes.
     *
     * @param index which input
     * @param format names the form, including its parameters
     * @param pack makes the form in the arena it is given
     */
    record Packed(int index, String format, BiFunction<Tensor, Arena, MemorySegment> pack)
        implements Argument {}

    /**
     * Dense values of output {@code index}; a null pointer where it is absent.
     *
     * @param index which output
     * @param isByproduct whether the launch is needed even where this output is not wanted
     */
    record Output(int index, boolean isByproduct) implements Argument {
      /** An output that the launch is there for. */
      public Output(int index) {
        this(index, false);
      }
    }

    /**
     * Memory that holds something from one launch of a step to a later one, undefined at first.
     *
     * @param index which of the step's memories
     * @param bytes its size, the same in every launch that names it
     */
    record Scratch(int index, long bytes) implements Argument {}

    /** Read-only 32-bit integers known when the program is made: extents and strides. */
    record Table(List<Integer> values) implements Argument {
      public Table {
        values = List.copyOf(values);
      }
    }

    /**
     * A 32-bit integer in device memory, 0 when a run begins, that the kernel sets to another
     * number where an operand's value is not allowed; the run then fails.
     *
     * @param message what the number means
     */
    record Fault(String message) implements Argument {}

    /** A 32-bit integer known when the program is made. */
    record Int32(int value) implements Argument {}

    /** A 32-bit float known when the program is made. */
    record Float32(float value) implements Argument {}
  }
}
