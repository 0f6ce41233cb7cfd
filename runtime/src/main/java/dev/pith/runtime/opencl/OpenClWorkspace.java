package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.clCreateKernel;
import static org.lwjgl.opencl.CL10.clReleaseKernel;
import static org.lwjgl.opencl.CL10.clSetKernelArg1f;
import static org.lwjgl.opencl.CL10.clSetKernelArg1i;
import static org.lwjgl.opencl.CL10.clSetKernelArg1p;

import dev.pith.kernels.Program.Argument;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lwjgl.system.MemoryStack;

/**
 * What one run at a time needs: bound once and reused, so that a run copies its inputs, launches
 * every kernel, and copies its outputs, without a wait in between.
 */
final class OpenClWorkspace implements AutoCloseable {

  private final OpenClExecutable executable;
  private final Plan plan;
  private final Arena arena = Arena.ofShared();
  private final OpenClQueue queue;
  private final MemorySegment noFault = arena.allocate(4, 4);
  private OpenClBuffer activations;
  private final Map<String, OpenClBuffer> values = new HashMap<>();
  private final Map<String, MemorySegment> staging = new LinkedHashMap<>();
  private final List<Long> kernels = new ArrayList<>();
  private final Map<OpenClBuffer, String> faults = new LinkedHashMap<>();

  private OpenClWorkspace(OpenClExecutable executable) {
    this.executable = executable;
    this.plan = executable.plan();
    this.queue = new OpenClQueue(executable.device());
  }

  static OpenClWorkspace of(OpenClExecutable executable) {
    OpenClWorkspace workspace = new OpenClWorkspace(executable);
    try {
      workspace.bind();
      return workspace;
    } catch (RuntimeException | Error e) {
      workspace.close();
      throw e;
    }
  }

  private void bind() {
    activations =
        OpenClBuffer.allocate(
            executable.device(), Math.max(1, plan.memory().byteSize()), "activations");
    plan.inputs()
        .forEach(
            (name, type) -> {
              long bytes = type.dtype().byteSize(type.shape().elementCount());
              staging.put(name, arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes));
            });
    for (OpenClExecutable.Command command : executable.commands()) {
      kernels.add(kernel(command));
    }
  }

  private long kernel(OpenClExecutable.Command command) {
    String name = command.launch().entryPoint();
    long kernel;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      kernel = clCreateKernel(command.program(), name, code);
      OpenCl.made(kernel, code.get(0), "clCreateKernel of " + name);
    }
    try {
      List<Argument> arguments = command.launch().arguments();
      for (int i = 0; i < arguments.size(); i++) {
        OpenCl.check(
            set(kernel, i, arguments.get(i), command.step()),
            "clSetKernelArg " + i + " of " + name);
      }
      return kernel;
    } catch (RuntimeException e) {
      OpenCl.released(clReleaseKernel(kernel), "clReleaseKernel");
      throw e;
    }
  }

  private int set(long kernel, int place, Argument argument, Step step) {
    return switch (argument) {
      case Argument.Int32 number -> clSetKernelArg1i(kernel, place, number.value());
      case Argument.Float32 number -> clSetKernelArg1f(kernel, place, number.value());
      case Argument.Table table -> pointer(kernel, place, executable.table(table));
      case Argument.Packed packed -> pointer(kernel, place, executable.constant(step, packed));
      case Argument.Fault fault -> pointer(kernel, place, fault(fault));
      case Argument.Output output ->
          pointer(kernel, place, value(step.node().output(output.index())));
      case Argument.Input input -> pointer(kernel, place, input(step, input));
    };
  }

  private static int pointer(long kernel, int place, OpenClBuffer buffer) {
    return clSetKernelArg1p(kernel, place, buffer == null ? 0 : buffer.handle());
  }

  private OpenClBuffer fault(Argument.Fault fault) {
    OpenClBuffer buffer = OpenClBuffer.allocate(executable.device(), 4, "faults");
    faults.put(buffer, fault.message());
    return buffer;
  }

  private OpenClBuffer input(Step step, Argument.Input input) {
    OpenClBuffer constant = executable.constant(step, input);
    if (constant != null) {
      return constant;
    }
    boolean present = step.node().hasInput(input.index());
    return present ? value(step.node().input(input.index())) : null;
  }

  /** The memory of a value computed by a run; {@code null} for an output that nobody uses. */
  private OpenClBuffer value(String name) {
    if (name.isEmpty()) {
      return null;
    }
    return values.computeIfAbsent(plan.owner(name), this::part);
  }

  private OpenClBuffer part(String owner) {
    Tensor known = plan.known().get(owner);
    if (known != null) {
      return null; // a constant seen through a view is bound as a constant
    }
    var type = plan.types().get(owner);
    long bytes = type.dtype().byteSize(type.shape().elementCount());
    return bytes == 0 ? null : activations.part(plan.memory().offsets().get(owner), bytes);
  }

  /** One run; the outputs are new tensors. */
  List<Tensor> run(List<Tensor> inputs) {
    int next = 0;
    for (Map.Entry<String, MemorySegment> input : staging.entrySet()) {
      input.getValue().copyFrom(inputs.get(next++).values());
    }
    List<Tensor> results = new ArrayList<>();
    try {
      enqueue(results);
    } finally {
      queue.finish();
    }
    checkFaults();
    return results;
  }

  private void enqueue(List<Tensor> results) {
    faults.keySet().forEach(fault -> queue.write(fault, noFault));
    staging.forEach(
        (name, segment) -> {
          OpenClBuffer target = value(name);
          if (target != null) {
            queue.write(target, segment);
          }
        });
    for (int i = 0; i < kernels.size(); i++) {
      var launch = executable.commands().get(i).launch();
      queue.launch(kernels.get(i), launch.groups(), launch.entryPoint());
    }
    for (String name : plan.outputs()) {
      Tensor known = executable.known(name);
      if (known != null) {
        results.add(OpenClExecutable.copy(known));
        continue;
      }
      var type = plan.types().get(name);
      Tensor result = Tensor.allocate(Arena.ofAuto(), type.dtype(), type.shape());
      OpenClBuffer source = value(name);
      if (source != null) {
        queue.read(source, result.values());
      }
      results.add(result);
    }
  }

  private void checkFaults() {
    for (Map.Entry<OpenClBuffer, String> fault : faults.entrySet()) {
      try (Arena local = Arena.ofConfined()) {
        MemorySegment number = local.allocate(4, 4);
        queue.read(fault.getKey(), number);
        queue.finish();
        if (number.get(ValueLayout.JAVA_INT, 0) != 0) {
          throw new IllegalArgumentException(fault.getValue());
        }
      }
    }
  }

  long byteSize() {
    return activations.byteSize();
  }

  @Override
  public void close() {
    for (long kernel : kernels) {
      OpenCl.released(clReleaseKernel(kernel), "clReleaseKernel");
    }
    kernels.clear();
    values.values().forEach(OpenClBuffer::close);
    values.clear();
    faults.keySet().forEach(OpenClBuffer::close);
    faults.clear();
    if (activations != null) {
      activations.close();
    }
    queue.close();
    arena.close();
  }
}
