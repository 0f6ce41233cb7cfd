package dev.pith.kernels;

import java.util.List;

/**
 * What a GPU backend must compile and launch.
 *
 * @param language source language
 * @param source the whole source text; headers are in {@code headers}
 * @param headers names of in-memory headers the source includes
 * @param entryPoint name of the {@code extern "C"} kernel function
 * @param options compiler options
 * @param launch work sizes
 * @param arguments the kernel function's parameters, in order
 */
public record Program(
    Language language,
    String source,
    List<String> headers,
    String entryPoint,
    List<String> options,
    LaunchShape launch,
    List<Argument> arguments) {

  /** Source languages. */
  public enum Language {
    CUDA,
    OPENCL
  }

  /**
   * Grid and block sizes, in groups and in work items, and dynamic shared memory.
   *
   * @param gridX groups in x
   * @param gridY groups in y
   * @param gridZ groups in z
   * @param blockX work items per group in x
   * @param blockY work items per group in y
   * @param blockZ work items per group in z
   * @param sharedBytes dynamic shared (local) memory per group, bytes
   */
  public record LaunchShape(
      int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {}

  /** One parameter of the kernel function. */
  public sealed interface Argument {
    /** Component {@code component} of input {@code index}. */
    record Input(int index, int component) implements Argument {}

    /** Dense values of output {@code index}. */
    record Output(int index) implements Argument {}

    /** Device workspace of {@code bytes} bytes. */
    record Workspace(long bytes) implements Argument {}

    /** A 32-bit integer known when the program is made. */
    record Int32(int value) implements Argument {}

    /** A 32-bit float known when the program is made. */
    record Float32(float value) implements Argument {}
  }
}
