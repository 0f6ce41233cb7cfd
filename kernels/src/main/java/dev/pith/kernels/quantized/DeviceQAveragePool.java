package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@link QAveragePoolProblem} on a device, one work item for each output element. */
public final class DeviceQAveragePool implements DeviceKernel<QAveragePoolProblem> {

  @Override
  public Support supports(QAveragePoolProblem problem, Target target) {
    return DeviceTarget.checkDivision(
        target,
        problem.batch() * problem.channels() * problem.inputPixels(),
        problem.batch() * problem.channels() * problem.outputPixels());
  }

  @Override
  public Program program(QAveragePoolProblem problem, Target target) {
    long items = problem.batch() * problem.channels() * problem.outputPixels();
    List<Integer> window = window(problem, problem.input(), problem.padsBegin());
    return ProgramBuilder.of(DeviceQAveragePool.class, "q_elementwise.cl")
        .launch("q_average_pool", items)
        .input(0)
        .output(0)
        .table(window)
        .table(problem.countPadding() ? padded(problem) : window)
        .ints(items, problem.outputPixels(), problem.inputPixels())
        .ints(problem.kernel().stream().reduce(1L, (a, b) -> a * b))
        .ints(problem.inputZeroPoint(), problem.zeroPoint(), problem.low(), problem.high())
        .floats(problem.ratio())
        .build();
  }

  /** The same windows over the padded input, in which padding is inside. */
  private static List<Integer> padded(QAveragePoolProblem p) {
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < p.input().size(); i++) {
      extents.add(p.padsBegin().get(i) + p.input().get(i) + p.padsEnd().get(i));
    }
    return window(p, extents, Collections.nCopies(extents.size(), 0L));
  }

  private static List<Integer> window(QAveragePoolProblem p, List<Long> input, List<Long> pads) {
    return Window.table(input, p.kernel(), p.strides(), p.dilations(), pads, p.output());
  }
}
