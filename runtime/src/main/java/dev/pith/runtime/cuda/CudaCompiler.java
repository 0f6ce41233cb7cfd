package dev.pith.runtime.cuda;

import java.util.List;

/** The calls of NVRTC that this backend makes. Safe for use from many threads. */
interface CudaCompiler {

  /** The compiler's version, such as {@code 12.6}. */
  String versionText();

  /**
   * Compiles a source to machine code of one architecture.
   *
   * @param name what messages call the source
   * @param options command line options, {@code --gpu-architecture} among them
   */
  Result compile(String source, String name, List<String> options);

  /**
   * What a compiler gave.
   *
   * @param image machine code, or {@code null} if the source was refused
   * @param log what the compiler said
   */
  record Result(byte[] image, String log) {}
}
