package dev.pith.runtime.launch;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.launch.Accelerator.Value;
import dev.pith.runtime.launch.CommandStream.Recording;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run at a time needs: bound once and reused, so that a run copies its inputs, issues
 * every command, and copies its outputs, without a wait in between.
 */
final class LaunchWorkspace implements AutoCloseable {

  private final LaunchExecutable executable;
  private final Accelerator accelerator;
  private final Plan plan;
  private final CommandStream stream;
  private final Map<String, DeviceBuffer> values = new HashMap<>();
  private final Map<String, HostBuffer> given = new LinkedHashMap<>();
  private final Map<String, HostBuffer> results = new LinkedHashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<List<Call>> callsOfSteps = new ArrayList<>();
  private final List<DeviceBuffer> parts = new ArrayList<>();
  private final List<AutoCloseable> segments = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private DeviceBuffer activations;
  private DeviceBuffer scratch;
  private DeviceBuffer faultPlaces;
  private HostBuffer noFaults;
  private HostBuffer foundFaults;

  private LaunchWorkspace(LaunchExecutable executable) {
    this.executable = executable;
    this.accelerator = executable.accelerator();
    this.plan = executable.plan();
    this.stream = accelerator.stream();
  }

  static LaunchWorkspace of(LaunchExecutable executable) {
    LaunchWorkspace workspace = new LaunchWorkspace(executable);
    try {
      workspace.bind();
      return workspace;
    } catch (RuntimeException | Error e) {
      workspace.close();
      throw e;
    }
  }

  private void bind() {
    activations = accelerator.allocate(plan.memory().byteSize(), "activations");
    long most = 0;
    long faultCount = 0;
    for (LaunchStep step : executable.steps()) {
      most = Math.max(most, step.scratch(accelerator.alignment()).get(-1));
      faultCount +=
          step.commands().stream()
              .flatMap(command -> command.stage().arguments().stream())
              .filter(Argument.Fault.class::isInstance)
              .count();
    }
    scratch = most == 0 ? null : accelerator.allocate(most, "intermediate results");
    if (faultCount > 0) {
      long bytes = faultCount * accelerator.alignment();
      faultPlaces = accelerator.allocate(bytes, "faults");
      noFaults = accelerator.allocateHost(bytes);
      noFaults.memory().fill((byte) 0);
      foundFaults = accelerator.allocateHost(bytes);
    }
    plan.inputs().forEach((name, type) -> given.put(name, accelerator.allocateHost(bytes(type))));
    for (String name : plan.outputs()) {
      if (executable.known(name) == null) {
        results.put(name, accelerator.allocateHost(bytes(plan.types().get(name))));
      }
    }
    List<Call> current = new ArrayList<>();
    for (LaunchStep step : executable.steps()) {
      if (step.onHost()) {
        addSegment(current, false);
        current = new ArrayList<>();
        segments.add(new HostStep(step.step(), accelerator, this::value));
      }
      bind(step, current);
    }
    addSegment(current, true);
  }

  private static long bytes(TensorType type) {
    return type.dtype().byteSize(type.shape().elementCount());
  }

  private void addSegment(List<Call> commands, boolean isLast) {
    boolean isFirst = segments.isEmpty();
    segments.add(
        stream.record(
            () -> {
              if (isFirst) {
                begin();
              }
              commands.forEach(call -> call.enqueue(stream));
              if (isLast) {
                end();
              }
            }));
  }

  private void begin() {
    if (faultPlaces != null) {
      stream.write(faultPlaces, noFaults.memory());
    }
    given.forEach(
        (name, host) -> {
          DeviceBuffer target = value(name);
          if (target != null) {
            stream.write(target, host.memory());
          }
        });
  }

  private void end() {
    results.forEach(
        (name, host) -> {
          DeviceBuffer source = value(name);
          if (source != null) {
            stream.read(source, host.memory());
          }
        });
    if (faultPlaces != null) {
      stream.read(faultPlaces, foundFaults.memory());
    }
  }

  private void bind(LaunchStep step, List<Call> current) {
    Map<Integer, Long> places = step.scratch(accelerator.alignment());
    Map<Integer, DeviceBuffer> memories = new HashMap<>();
    List<Call> own = new ArrayList<>();
    callsOfSteps.add(own);
    for (LaunchStep.Command command : step.commands()) {
      Call call =
          switch (command.stage()) {
            case Stage.Own kernel -> {
              List<Value> operands = new ArrayList<>();
              for (Argument argument : kernel.arguments()) {
                operands.add(
                    switch (argument) {
                      case Argument.Int32 number -> new Value.Int32(number.value());
                      case Argument.Float32 number -> new Value.Float32(number.value());
                      default -> new Value.Pointer(operand(step, argument, places, memories));
                    });
              }
              yield accelerator.launch(
                  command.code(),
                  kernel.launch().entryPoint(),
                  kernel.launch().groups(),
                  kernel.launch().groupSize(),
                  kernel.launch().localBytes(),
                  operands);
            }
            case Stage.Library library -> {
              List<DeviceBuffer> operands = new ArrayList<>();
              library
                  .arguments()
                  .forEach(argument -> operands.add(operand(step, argument, places, memories)));
              yield library.routine().bind(operands);
            }
          };
      calls.add(call);
      own.add(call);
      current.add(call);
    }
  }

  private DeviceBuffer operand(
      LaunchStep step,
      Argument argument,
      Map<Integer, Long> places,
      Map<Integer, DeviceBuffer> memories) {
    return switch (argument) {
      case Argument.Output output ->
          output.index() < step.step().node().outputs().size()
              ? value(step.step().node().output(output.index()))
              : null;
      case Argument.Scratch memory ->
          memories.computeIfAbsent(
              memory.index(), index -> part(scratch, places.get(index), memory.bytes()));
      case Argument.Fault fault -> {
        faults.add(fault.message());
        yield part(faultPlaces, (faults.size() - 1) * accelerator.alignment(), 4);
      }
      case Argument.Input input -> input(step.step(), input);
      default -> LaunchStep.constant(step.step(), argument, executable.store());
    };
  }

  private DeviceBuffer part(DeviceBuffer whole, long offset, long bytes) {
    DeviceBuffer part = whole.part(offset, Math.max(1, bytes));
    parts.add(part);
    return part;
  }

  private DeviceBuffer input(Step step, Argument.Input input) {
    DeviceBuffer constant = LaunchStep.constant(step, input, executable.store());
    if (constant != null) {
      return constant;
    }
    return step.node().hasInput(input.index()) ? value(step.node().input(input.index())) : null;
  }

  /** The memory of a value computed by a run; {@code null} for one that nobody uses or is empty. */
  private DeviceBuffer value(String name) {
    if (name.isEmpty()) {
      return null;
    }
    String owner = plan.owner(name);
    DeviceBuffer ready = values.get(owner);
    if (ready == null && !plan.known().containsKey(owner)) { // else it is bound as a constant
      long bytes = bytes(plan.types().get(owner));
      if (bytes > 0) {
        ready = activations.part(plan.memory().offsets().get(owner), bytes);
        values.put(owner, ready);
      }
    }
    return ready;
  }

  /** One run; the outputs are new tensors. */
  List<Tensor> run(List<Tensor> inputs) {
    give(inputs);
    try {
      for (AutoCloseable segment : segments) {
        switch (segment) {
          case Recording recording -> recording.play();
          case HostStep step -> step.run(stream);
          default -> throw new IllegalStateException("no segment: " + segment);
        }
      }
    } catch (RuntimeException e) {
      finishAfter(e);
      throw e;
    }
    stream.finish();
    checkFaults();
    return outputs();
  }

  private void give(List<Tensor> inputs) {
    int next = 0;
    for (HostBuffer host : given.values()) {
      host.memory().copyFrom(inputs.get(next++).values());
    }
  }

  /** One run that waits after each step; see {@link LaunchExecutable#profile}. */
  long[] profile(List<Tensor> inputs) {
    give(inputs);
    long[] nanos = new long[callsOfSteps.size()];
    Iterator<HostStep> hostSteps =
        segments.stream().filter(HostStep.class::isInstance).map(HostStep.class::cast).iterator();
    try {
      begin();
      stream.finish();
      for (int step = 0; step < nanos.length; step++) {
        long start = System.nanoTime();
        if (executable.steps().get(step).onHost()) {
          hostSteps.next().run(stream);
        }
        callsOfSteps.get(step).forEach(call -> call.enqueue(stream));
        stream.finish();
        nanos[step] = System.nanoTime() - start;
      }
      end();
    } catch (RuntimeException e) {
      finishAfter(e);
      throw e;
    }
    stream.finish();
    checkFaults();
    return nanos;
  }

  /** Issues the plan's commands, copies left out, to a stream other than its own. */
  void enqueue(CommandStream other) {
    calls.forEach(call -> call.enqueue(other));
  }

  /** Nanoseconds that the plan's commands take {@code repeats} times, copies left out. */
  long time(int repeats) {
    stream.finish();
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      calls.forEach(call -> call.enqueue(stream));
    }
    stream.finish();
    return System.nanoTime() - start;
  }

  /** Waits for what was issued before a failure, since it uses this workspace's memory. */
  private void finishAfter(RuntimeException cause) {
    try {
      stream.finish();
    } catch (DeviceException e) {
      cause.addSuppressed(e);
    }
  }

  private List<Tensor> outputs() {
    List<Tensor> tensors = new ArrayList<>();
    for (String name : plan.outputs()) {
      Tensor known = executable.known(name);
      if (known != null) {
        tensors.add(LaunchExecutable.copy(known));
        continue;
      }
      TensorType type = plan.types().get(name);
      Tensor result = Tensor.allocate(Arena.ofAuto(), type.dtype(), type.shape());
      MemorySegment source = results.get(name).memory();
      MemorySegment.copy(source, 0, result.values(), 0, source.byteSize());
      tensors.add(result);
    }
    return tensors;
  }

  private void checkFaults() {
    for (int i = 0; i < faults.size(); i++) {
      long place = i * accelerator.alignment();
      if (foundFaults.memory().get(ValueLayout.JAVA_INT_UNALIGNED, place) != 0) {
        throw new IllegalArgumentException(faults.get(i));
      }
    }
  }

  /** Bytes of device memory. */
  long byteSize() {
    return activations.byteSize() + (scratch == null ? 0 : scratch.byteSize());
  }

  @Override
  public void close() {
    for (AutoCloseable segment : segments) {
      switch (segment) {
        case Recording recording -> recording.close();
        case HostStep step -> step.close();
        default -> throw new IllegalStateException("no segment: " + segment);
      }
    }
    calls.forEach(Call::close);
    parts.forEach(DeviceBuffer::close);
    values.values().forEach(DeviceBuffer::close);
    for (DeviceBuffer buffer : new DeviceBuffer[] {faultPlaces, scratch, activations}) {
      if (buffer != null) {
        buffer.close();
      }
    }
    given.values().forEach(HostBuffer::close);
    results.values().forEach(HostBuffer::close);
    for (HostBuffer buffer : new HostBuffer[] {noFaults, foundFaults}) {
      if (buffer != null) {
        buffer.close();
      }
    }
    stream.close();
  }
}
