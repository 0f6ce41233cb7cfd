package dev.pith.kernels.device;

import dev.pith.kernels.Program;
import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Program.Launch;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Puts a {@link Program} together: definitions, prelude, source, launches. Not thread-safe. */
public final class ProgramBuilder {

  private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

  private final StringBuilder definitions = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private final List<Launch> launches = new ArrayList<>();
  private String entryPoint;
  private int groups;
  private int groupSize;
  private int localBytes;
  private List<Argument> arguments = new ArrayList<>();

  private ProgramBuilder() {}

  /** A program that has only the prelude yet. */
  public static ProgramBuilder prelude() {
    return new ProgramBuilder().include(ProgramBuilder.class, "prelude.h");
  }

  /**
   * A program of the source that lies beside {@code family}.
   *
   * @param family a class of the family's package
   * @param file name of the source
   */
  public static ProgramBuilder of(Class<?> family, String file) {
    return prelude().include(family, file);
  }

  /** Adds the text that lies beside {@code place}. */
  public ProgramBuilder include(Class<?> place, String file) {
    text.append(TEXTS.computeIfAbsent(place.getPackageName() + "/" + file, k -> read(place, file)));
    return this;
  }

  private static String read(Class<?> place, String file) {
    try (InputStream stream = place.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalStateException(
            "kernel source " + file + " is not beside " + place.getName() + " in the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read kernel source " + file, e);
    }
  }

  /** Defines a macro. */
  public ProgramBuilder define(String name, Object value) {
    definitions.append("#define ").append(name).append(' ').append(value).append('\n');
    return this;
  }

  /** Defines a macro as the name of an element type of the prelude. */
  public ProgramBuilder define(String name, DType type) {
    return define(name, (Object) (type == DType.BOOL ? "U8" : type.name()));
  }

  /**
   * Defines X as {@code type} and adds arithmetic on it: F32, F16 and BF16 are computed in fp32,
   * F64 in double precision, integers and truth values in 64 bits.
   */
  public ProgramBuilder numbers(DType type) {
    String kind =
        switch (type) {
          case F32, F16, BF16 -> "NUMBER_REAL";
          case F64 -> "NUMBER_DOUBLE";
          case U8, U16, U32, U64 -> "NUMBER_UNSIGNED";
          case I8, I16, I32, I64, BOOL -> "NUMBER_SIGNED";
          case I4, U4 -> throw new IllegalArgumentException("elements of " + type + " share bytes");
        };
    return define("X", type).define(kind, 1).include(ProgramBuilder.class, "numbers.h");
  }

  /**
   * Defines {@code prefix} and the name of each constant as a number that {@link #code} gives too.
   */
  public ProgramBuilder define(String prefix, Enum<?>[] constants) {
    for (int i = 0; i < constants.length; i++) {
      define(prefix + constants[i].name(), i);
    }
    return this;
  }

  /** The number that {@link #define(String, Enum[])} gives to {@code constant}. */
  public static int code(Enum<?>[] constants, Enum<?> constant) {
    return List.of(constants).indexOf(constant);
  }

  /** Begins a launch with a work item for each of {@code items}; left out where there are none. */
  public ProgramBuilder launch(String kernel, long items) {
    return launchGroups(kernel, (items + Program.GROUP_SIZE - 1) / Program.GROUP_SIZE);
  }

  /** Begins a launch of {@code count} groups, which is left out where there are none. */
  public ProgramBuilder launchGroups(String kernel, long count) {
    return launchGroups(kernel, count, Program.GROUP_SIZE);
  }

  /**
   * Begins a launch of {@code count} groups, which is left out where there are none.
   *
   * @param size work items of a group, as the source declares them
   */
  public ProgramBuilder launchGroups(String kernel, long count, int size) {
    end();
    entryPoint = kernel;
    groups = Math.toIntExact(count);
    groupSize = size;
    localBytes = 0;
    return this;
  }

  /** Gives groups of the launch that was begun {@code bytes} of local memory at its start. */
  public ProgramBuilder local(int bytes) {
    localBytes = bytes;
    return this;
  }

  private ProgramBuilder argument(Argument argument) {
    arguments.add(argument);
    return this;
  }

  /** Passes the values of an input. */
  public ProgramBuilder input(int index) {
    return input(index, 0);
  }

  /** Passes a component of an input. */
  public ProgramBuilder input(int index, int component) {
    return argument(new Argument.Input(index, component));
  }

  /** Passes a packed form of a constant input. */
  public ProgramBuilder packed(
      int index, String format, BiFunction<Tensor, Arena, MemorySegment> pack) {
    return argument(new Argument.Packed(index, format, pack));
  }

  /** Passes an output. */
  public ProgramBuilder output(int index) {
    return argument(new Argument.Output(index));
  }

  /** Passes an output that the launch stores beside what it is there for. */
  public ProgramBuilder byproduct(int index) {
    return argument(new Argument.Output(index, true));
  }

  /** Passes memory that lasts from one launch of the step to a later one. */
  public ProgramBuilder scratch(int index, long bytes) {
    return argument(new Argument.Scratch(index, bytes));
  }

  /** Passes a table. */
  public ProgramBuilder table(List<Integer> values) {
    return argument(new Argument.Table(values));
  }

  /** Passes a place for a fault. */
  public ProgramBuilder fault(String message) {
    return argument(new Argument.Fault(message));
  }

  /** Passes integers that fit 32 bits. */
  public ProgramBuilder ints(long... values) {
    for (long value : values) {
      argument(new Argument.Int32(Math.toIntExact(value)));
    }
    return this;
  }

  /** Passes floats. */
  public ProgramBuilder floats(float... values) {
    for (float value : values) {
      argument(new Argument.Float32(value));
    }
    return this;
  }

  private void end() {
    if (entryPoint != null && groups > 0) {
      launches.add(new Launch(entryPoint, groups, groupSize, localBytes, arguments));
    }
    arguments = new ArrayList<>();
  }

  /** The program. */
  public Program build() {
    end();
    entryPoint = null;
    return new Program(definitions.toString() + text, launches);
  }
}
