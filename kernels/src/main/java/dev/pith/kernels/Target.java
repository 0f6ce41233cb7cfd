package dev.pith.kernels;

import java.util.Set;

/**
 * The machine a kernel is chosen for; always passed in, never read from globals, so that a wide
 * machine can test the choices of a narrow one.
 *
 * @param kind technology
 * @param architecture {@code x86_64}, {@code aarch64}, {@code sm_90} or a device name
 * @param features instruction set features in lower case, such as {@code avx512_vnni}
 * @param vectorBits width of the Vector API to use in bits (128, 256, 512), or 0 where it is absent
 * @param threads threads that will work on one program
 */
public record Target(
    Kind kind, String architecture, Set<String> features, int vectorBits, int threads) {

  /** Technologies. */
  public enum Kind {
    CPU,
    CUDA,
    OPENCL
  }

  /** A CPU without vector units: only plain Java kernels support it. */
  public static Target plainCpu(int threads) {
    return new Target(Kind.CPU, "any", Set.of(), 0, threads);
  }

  /** Whether the target is a CPU. */
  public boolean isCpu() {
    return kind == Kind.CPU;
  }

  /** Whether the named instruction set feature is present. */
  public boolean has(String feature) {
    return features.contains(feature);
  }

  /** Whether the target is a CPU on which the Vector API is to be used. */
  public Support supportsVectors() {
    if (!isCpu()) {
      return Support.no("the target is %s, not a CPU", kind);
    }
    return vectorBits == 128 || vectorBits == 256 || vectorBits == 512
        ? Support.YES
        : Support.no("vectors of %d bits: 128, 256 and 512 are supported", vectorBits);
  }

  /** Whether generated x86-64 code for floats (AVX2 and FMA) runs on the target. */
  public Support supportsFloatCode() {
    return isCpu() && has("x86_code") && has("avx2") && has("fma")
        ? Support.YES
        : Support.no("%s runs no generated code with AVX2 and FMA", architecture);
  }

  /** The same target with another vector width. */
  public Target withVectorBits(int bits) {
    return new Target(kind, architecture, features, bits, threads);
  }

  /** The same target with other instruction set features. */
  public Target withFeatures(Set<String> other) {
    return new Target(kind, architecture, other, vectorBits, threads);
  }

  /** The same target with another number of threads. */
  public Target withThreads(int count) {
    return new Target(kind, architecture, features, vectorBits, count);
  }
}
