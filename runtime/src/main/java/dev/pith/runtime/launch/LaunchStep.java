package dev.pith.runtime.launch;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program;
import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A step with its sources compiled and its constants on the device.
 *
 * @param step the step
 * @param commands what to issue, in order; none where the step runs on the host
 * @param onHost whether the step runs on the host
 */
record LaunchStep(Step step, List<Command> commands, boolean onHost) {

  /**
   * One command.
   *
   * @param stage what it is
   * @param code the compiled source of an own kernel; {@code null} for a library's routine
   */
  record Command(Stage stage, Accelerator.Code code) {}

  static LaunchStep of(Step step, Accelerator accelerator, ConstantStore store) {
    @SuppressWarnings("unchecked") // the selection's kernel comes from the family of the problem
    Kernel<Problem> kernel = (Kernel<Problem>) step.selection().chosen();
    List<Stage> stages = stages(kernel, step.problem(), accelerator.target());
    if (stages == null) {
      return new LaunchStep(step, List.of(), true);
    }
    List<Command> commands = new ArrayList<>();
    for (Stage stage : stages) {
      if (isWanted(step, stage)) {
        commands.add(
            new Command(
                stage,
                stage instanceof Stage.Own own
                    ? accelerator.code(own.source(), kernel.name())
                    : null));
        stage.arguments().forEach(argument -> constant(step, argument, store));
      }
    }
    return new LaunchStep(step, commands, false);
  }

  /** The commands of a kernel; {@code null} for one that runs on the host. */
  static List<Stage> stages(Kernel<Problem> kernel, Problem problem, Target target) {
    if (kernel instanceof StagedKernel<Problem> staged) {
      return staged.stages(problem, target);
    }
    if (!(kernel instanceof DeviceKernel<Problem> own)) {
      return null;
    }
    Program program = own.program(problem, target);
    List<Stage> stages = new ArrayList<>();
    program.launches().forEach(launch -> stages.add(new Stage.Own(program.source(), launch)));
    return stages;
  }

  /** Whether a stage writes an output that is used, no output at all, or a byproduct. */
  private static boolean isWanted(Step step, Stage stage) {
    List<Argument> outputs =
        stage.arguments().stream().filter(Argument.Output.class::isInstance).toList();
    return outputs.isEmpty()
        || outputs.stream().anyMatch(argument -> isUsed(step, (Argument.Output) argument));
  }

  private static boolean isUsed(Step step, Argument.Output output) {
    int index = output.index();
    boolean isThere = index < step.node().outputs().size();
    return output.isByproduct() || isThere && !step.node().output(index).isEmpty();
  }

  /** The memory of a constant operand; {@code null} where the operand is computed or absent. */
  static DeviceBuffer constant(Step step, Argument argument, ConstantStore store) {
    if (argument instanceof Argument.Table table) {
      return store.table(table.values());
    }
    if (argument instanceof Argument.Packed packed) {
      Tensor weight = step.constants().get(packed.index());
      if (weight == null) {
        throw new IllegalArgumentException(
            "input "
                + packed.index()
                + " of node "
                + step.node().name()
                + " is computed; its "
                + packed.format()
                + " need a constant");
      }
      return store.packed(weight, packed);
    }
    if (argument instanceof Argument.Input input) {
      Tensor constant =
          input.index() < step.constants().size() ? step.constants().get(input.index()) : null;
      return constant == null ? null : store.component(constant, input.component());
    }
    return null;
  }

  /** Offsets of the step's memories in one buffer, and behind them, by −1, their sum. */
  Map<Integer, Long> scratch(long alignment) {
    Map<Integer, Long> sizes = new HashMap<>();
    for (Command command : commands) {
      for (Argument argument : command.stage().arguments()) {
        if (argument instanceof Argument.Scratch memory) {
          sizes.merge(memory.index(), memory.bytes(), Math::max);
        }
      }
    }
    Map<Integer, Long> offsets = new HashMap<>();
    long end = 0;
    for (Map.Entry<Integer, Long> size : sizes.entrySet()) {
      offsets.put(size.getKey(), end);
      end += (size.getValue() + alignment - 1) & -alignment;
    }
    offsets.put(-1, end);
    return offsets;
  }
}
