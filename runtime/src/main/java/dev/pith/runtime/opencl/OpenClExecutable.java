package dev.pith.runtime.opencl;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program;
import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A plan whose programs are built and whose weights lie on the device. Each concurrent run borrows
 * a workspace: a queue, memory for all activations, and kernels with their arguments set.
 */
final class OpenClExecutable implements Executable {

  private final Plan plan;
  private final OpenClDevice device;
  private final List<Command> commands = new ArrayList<>();
  private final Map<List<Integer>, OpenClBuffer> tables = new HashMap<>();
  private final ConcurrentLinkedDeque<OpenClWorkspace> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<OpenClWorkspace> all = new ConcurrentLinkedDeque<>();
  private final AtomicLong workspaceBytes = new AtomicLong();

  /** One launch of a step. */
  record Command(Step step, Program.Launch launch, long program) {}

  private OpenClExecutable(Plan plan, OpenClDevice device) {
    this.plan = plan;
    this.device = device;
  }

  /** Builds all programs of {@code plan} and uploads its weights. */
  static OpenClExecutable of(Plan plan, OpenClDevice device) {
    OpenClExecutable executable = new OpenClExecutable(plan, device);
    try {
      plan.steps().forEach(executable::prepare);
      return executable;
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // the selection's kernel comes from the family of the problem
  private void prepare(Step step) {
    DeviceKernel<Problem> kernel = (DeviceKernel<Problem>) step.selection().chosen();
    Program program = kernel.program(step.problem(), device.target());
    long built = device.programs().get(program.source(), kernel.name());
    for (Program.Launch launch : program.launches()) {
      if (isWanted(step, launch)) {
        commands.add(new Command(step, launch, built));
        launch.arguments().forEach(argument -> upload(step, argument));
      }
    }
  }

  /** Whether any output that the launch writes is used. */
  private static boolean isWanted(Step step, Program.Launch launch) {
    return launch.arguments().stream()
        .anyMatch(
            argument ->
                argument instanceof Argument.Output output
                    && !step.node().output(output.index()).isEmpty());
  }

  private void upload(Step step, Argument argument) {
    if (argument instanceof Argument.Table table) {
      tables.computeIfAbsent(table.values(), this::uploadTable);
    } else if (argument instanceof Argument.Input || argument instanceof Argument.Packed) {
      constant(step, argument);
    }
  }

  private OpenClBuffer uploadTable(List<Integer> values) {
    OpenClBuffer buffer = OpenClBuffer.allocate(device, 4L * values.size(), "tables");
    try (Arena arena = Arena.ofConfined();
        OpenClQueue queue = new OpenClQueue(device)) {
      int[] ints = values.stream().mapToInt(Integer::intValue).toArray();
      queue.write(buffer, arena.allocateFrom(ValueLayout.JAVA_INT, ints));
      queue.finish();
    } catch (RuntimeException e) {
      buffer.close();
      throw e;
    }
    return buffer;
  }

  /** The buffer of a table that a launch names. */
  OpenClBuffer table(Argument.Table table) {
    return tables.get(table.values());
  }

  /** The buffer of a constant operand; {@code null} where the operand is computed or absent. */
  OpenClBuffer constant(Step step, Argument argument) {
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
      return device.weights().packed(weight, packed);
    }
    Argument.Input input = (Argument.Input) argument;
    Tensor constant =
        input.index() < step.constants().size() ? step.constants().get(input.index()) : null;
    return constant == null ? null : device.weights().component(constant, input.component());
  }

  List<Command> commands() {
    return commands;
  }

  Plan plan() {
    return plan;
  }

  OpenClDevice device() {
    return device;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    OpenClWorkspace workspace = idle.pollFirst();
    if (workspace == null) {
      workspace = OpenClWorkspace.of(this);
      all.add(workspace);
      workspaceBytes.addAndGet(workspace.byteSize());
    }
    try {
      return workspace.run(inputs);
    } finally {
      idle.addFirst(workspace);
    }
  }

  /** The value of a plan output that is known beforehand, or {@code null}. */
  Tensor known(String name) {
    if (plan.known().containsKey(name)) {
      return plan.known().get(name);
    }
    String owner = plan.owner(name);
    return plan.known().containsKey(owner)
        ? plan.known().get(owner).reshaped(plan.types().get(name).shape())
        : null;
  }

  /** A new tensor with the elements of {@code tensor}. */
  static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.allocate(Arena.ofAuto(), tensor.dtype(), tensor.shape());
    MemorySegment.copy(tensor.values(), 0, copy.values(), 0, copy.values().byteSize());
    return copy;
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes.get();
  }

  @Override
  public void close() {
    idle.clear();
    for (OpenClWorkspace workspace = all.poll(); workspace != null; workspace = all.poll()) {
      workspace.close();
    }
    tables.values().forEach(OpenClBuffer::close);
    tables.clear();
  }
}
