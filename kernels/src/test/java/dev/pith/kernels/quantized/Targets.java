package dev.pith.kernels.quantized;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Runs every kernel of a family for every vector width and split, and compares bytes. */
final class Targets {

  private static final List<Split> SPLITS =
      List.of(Split.NONE, new Split(3, false), new Split(2, true));

  private Targets() {}

  /** A processor with vectors of {@code bits} bits, 0 for none. */
  static Target cpu(int bits) {
    return Target.plainCpu(2).withVectorBits(bits);
  }

  /** The reference kernel's outputs. */
  static <P extends Problem> List<Tensor> reference(
      KernelFamily<P> family, P problem, List<Tensor> inputs, List<Output> outputs) {
    return KernelRunner.run(
        family.reference(), problem, Target.plainCpu(1), inputs, outputs, Split.NONE);
  }

  /**
   * Checks every kernel of {@code family} against the reference.
   *
   * @return names of the kernels that support the problem at 256 bits
   */
  static <P extends Problem> List<String> check(
      KernelFamily<P> family, P problem, List<Tensor> inputs, List<Output> outputs) {
    List<Tensor> expected = reference(family, problem, inputs, outputs);
    List<String> names = new ArrayList<>();
    for (int bits : new int[] {0, 128, 256, 512}) {
      for (Kernel<P> kernel : family.kernels()) {
        Target target = cpu(bits);
        if (!(kernel.supports(problem, target) instanceof Support.Supported)) {
          continue;
        }
        if (bits == 256) {
          names.add(kernel.name());
        }
        HostKernel<P> host = (HostKernel<P>) kernel;
        boolean splits = bits == 256 || kernel == family.reference();
        for (Split split : splits ? SPLITS : SPLITS.subList(0, 1)) {
          List<Tensor> actual = KernelRunner.run(host, problem, target, inputs, outputs, split);
          String what = kernel.name() + " at " + bits + " bits, " + split + ", " + problem;
          for (int i = 0; i < expected.size(); i++) {
            assertSame(expected.get(i), actual.get(i), what);
          }
        }
      }
    }
    return names;
  }

  /** Checks that both tensors have the same bytes. */
  static void assertSame(Tensor expected, Tensor actual, String what) {
    long at = expected.values().mismatch(actual.values());
    if (at >= 0) {
      long element = expected.dtype() == DType.F32 ? at / 4 : at;
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
