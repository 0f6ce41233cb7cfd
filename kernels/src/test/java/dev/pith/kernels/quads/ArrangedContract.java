package dev.pith.kernels.quads;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.Target;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.KernelRunner.Split;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Checks kernels of problems in quads against the reference: pixels and borders. */
final class ArrangedContract {

  private static final List<Split> SPLITS =
      List.of(Split.NONE, new Split(3, false), new Split(2, true));

  private ArrangedContract() {}

  /** {@code rows} in the given arrangement, in quads with garbage where nothing is promised. */
  static Tensor arrange(Tensor rows, Arrangement arrangement) {
    if (!(arrangement instanceof Quads quads)) {
      return rows;
    }
    QuadGrid grid = QuadGrid.of(rows.shape(), quads);
    Tensor flat = Tensor.allocate(Arena.ofAuto(), DType.U8, Shape.of(grid.byteSize()));
    flat.values().fill((byte) 0xA5);
    grid.encode(rows.values(), flat.values(), quads.padding());
    return flat;
  }

  /**
   * Checks every kernel of the family that supports the problem on this machine.
   *
   * @param inputs activations in rows, then constants
   * @return names of the kernels that ran
   */
  static List<String> check(ArrangedProblem problem, List<Tensor> inputs) {
    List<String> names = new ArrayList<>();
    for (Kernel<ArrangedProblem> kernel : QuadKernels.FAMILY.kernels()) {
      Target target = KernelContract.machine();
      if (kernel.supports(problem, target).isSupported()) {
        names.add(kernel.name());
        for (Split split : SPLITS) {
          check((HostKernel<ArrangedProblem>) kernel, problem, target, inputs, split);
        }
      }
    }
    return names;
  }

  /** Checks one kernel. */
  static void check(
      HostKernel<ArrangedProblem> kernel,
      ArrangedProblem problem,
      Target target,
      List<Tensor> inputs,
      Split split) {
    List<Tensor> arranged = new ArrayList<>(inputs);
    for (int i = 0; i < problem.inputs().size(); i++) {
      arranged.set(i, arrange(inputs.get(i), problem.inputs().get(i)));
    }
    Shape shape =
        problem.outputGrid() == null
            ? problem.outputShape()
            : Shape.of(problem.outputGrid().byteSize());
    List<Output> outputs = List.of(new Output(DType.U8, shape));
    Tensor actual = KernelRunner.run(kernel, problem, target, arranged, outputs, split).get(0);
    Tensor expected =
        KernelRunner.run(
                new ReferenceArranged(), problem, Target.plainCpu(1), arranged, outputs, Split.NONE)
            .get(0);
    compare(problem, expected, actual, kernel.name() + ", " + split + ", " + problem);
  }

  private static void compare(
      ArrangedProblem problem, Tensor expected, Tensor actual, String what) {
    QuadGrid grid = problem.outputGrid();
    if (grid == null) {
      KernelContract.assertSame(expected, actual, what);
      return;
    }
    for (int n = 0; n < grid.batch(); n++) {
      for (int c = 0; c < grid.channels(); c++) {
        for (int y = -grid.border(); y < grid.height() + grid.border(); y++) {
          for (int x = -grid.border(); x < grid.width() + grid.border(); x++) {
            long at = grid.offset(n, c, y, x);
            byte e = expected.values().get(ValueLayout.JAVA_BYTE, at);
            byte a = actual.values().get(ValueLayout.JAVA_BYTE, at);
            if (a != e) {
              Assertions.fail(
                  what + ": [" + n + ", " + c + ", " + y + ", " + x + "] is " + (a & 255) + ", not "
                      + (e & 255));
            }
          }
        }
      }
    }
  }
}
