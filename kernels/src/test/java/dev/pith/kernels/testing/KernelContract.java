package dev.pith.kernels.testing;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.x86.CpuFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/**
 * Runs every kernel of a family for every vector width and split, and compares with the reference.
 */
public final class KernelContract {

  private static final List<Split> SPLITS =
      List.of(Split.NONE, new Split(3, false), new Split(2, true));

  private KernelContract() {}

  /** A processor with vectors of {@code bits} bits, 0 for none. */
  public static Target cpu(int bits) {
    return Target.plainCpu(2).withVectorBits(bits);
  }

  /** A processor with no Vector API and the instructions of this machine, for generated code. */
  public static Target machine() {
    return cpu(0)
        .withFeatures(
            CpuFeatures.detect(System.getProperty("os.arch"), System.getProperty("os.name"))
                .features());
  }

  /** A processor with no Vector API whose generated code for floats has vectors of that width. */
  public static Target generated(int bits) {
    Set<String> features = Set.of("x86_code", "avx2", "fma");
    return cpu(0)
        .withFeatures(bits == 512 ? Set.of("x86_code", "avx2", "fma", "avx512f") : features);
  }

  /**
   * Checks which kernels supported a problem.
   *
   * @param names what {@link #check} returned
   * @param generated the kernel of generated code for floats, where this machine runs such code
   * @param others the other kernels, in order
   */
  public static void assertNames(List<String> names, String generated, String... others) {
    List<String> expected = new ArrayList<>(List.of(others));
    if (machine().supportsFloatCode().isSupported()) {
      expected.add(0, generated);
    }
    Assertions.assertEquals(expected, names);
  }

  /** The reference kernel's outputs. */
  public static <P extends Problem> List<Tensor> reference(
      KernelFamily<P> family, P problem, List<Tensor> inputs, List<Output> outputs) {
    return KernelRunner.run(
        family.reference(), problem, Target.plainCpu(1), inputs, outputs, Split.NONE);
  }

  /**
   * Checks that every kernel of {@code family} gives the reference's bytes.
   *
   * @return names of the kernels that support the problem at 256 bits, or by generated code
   */
  public static <P extends Problem> List<String> check(
      KernelFamily<P> family, P problem, List<Tensor> inputs, List<Output> outputs) {
    return check(family, problem, inputs, outputs, KernelContract::assertSame);
  }

  /**
   * Checks that every kernel of {@code family} agrees with the reference: floating-point outputs
   * within {@code absolute + relative · |expected|}, others exactly. Splits never change a bit.
   *
   * @return names of the kernels that support the problem at 256 bits, or by generated code
   */
  public static <P extends Problem> List<String> checkClose(
      KernelFamily<P> family,
      P problem,
      List<Tensor> inputs,
      List<Output> outputs,
      double relative,
      double absolute) {
    return check(
        family,
        problem,
        inputs,
        outputs,
        (expected, actual, what) -> assertClose(expected, actual, relative, absolute, what));
  }

  private interface Comparison {
    void check(Tensor expected, Tensor actual, String what);
  }

  private static <P extends Problem> List<String> check(
      KernelFamily<P> family,
      P problem,
      List<Tensor> inputs,
      List<Output> outputs,
      Comparison comparison) {
    List<Tensor> expected = reference(family, problem, inputs, outputs);
    List<String> names = new ArrayList<>();
    for (Target target : List.of(cpu(0), machine(), cpu(128), cpu(256), cpu(512))) {
      int bits = target.vectorBits();
      boolean generated = !target.features().isEmpty();
      for (Kernel<P> kernel : family.kernels()) {
        boolean again = generated && kernel.supports(problem, cpu(0)).isSupported();
        if (again || !kernel.supports(problem, target).isSupported()) {
          continue;
        }
        if (bits == 256 || generated) {
          names.add(kernel.name());
        }
        HostKernel<P> host = (HostKernel<P>) kernel;
        boolean splits = bits == 256 || generated || kernel == family.reference();
        List<Tensor> whole = null;
        for (Split split : splits ? SPLITS : SPLITS.subList(0, 1)) {
          List<Tensor> actual = KernelRunner.run(host, problem, target, inputs, outputs, split);
          whole = whole == null ? actual : whole;
          String what = kernel.name() + " at " + bits + " bits, " + split + ", " + problem;
          for (int i = 0; i < expected.size(); i++) {
            comparison.check(expected.get(i), actual.get(i), what);
            assertSame(whole.get(i), actual.get(i), what);
          }
        }
      }
    }
    return names;
  }

  /**
   * Checks that floating-point elements differ by at most {@code absolute + relative · |expected|}
   * (infinities and NaN must be the same), and others not at all.
   */
  public static void assertClose(
      Tensor expected, Tensor actual, double relative, double absolute, String what) {
    if (!expected.dtype().isFloat()) {
      assertSame(expected, actual, what);
      return;
    }
    for (long i = 0; i < expected.shape().elementCount(); i++) {
      double e = expected.getDouble(i);
      double a = actual.getDouble(i);
      boolean same = e == a || Double.isNaN(e) && Double.isNaN(a);
      if (!same && !(Math.abs(e - a) <= absolute + relative * Math.abs(e))) {
        Assertions.fail(what + ": element " + i + " is " + a + ", not " + e);
      }
    }
  }

  /** Checks that both tensors have the same bytes. */
  public static void assertSame(Tensor expected, Tensor actual, String what) {
    long at = expected.values().mismatch(actual.values());
    if (at >= 0) {
      long element = at * 8 / expected.dtype().bits();
      Assertions.fail(
          what
              + ": element "
              + element
              + " is "
              + actual.getDouble(element)
              + ", not "
              + expected.getDouble(element));
    }
  }
}
