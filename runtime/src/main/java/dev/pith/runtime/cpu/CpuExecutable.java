package dev.pith.runtime.cpu;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** A plan prepared for host kernels. Each concurrent run borrows a workspace from a pool. */
final class CpuExecutable implements Executable {

  private final Plan plan;
  private final ThreadTeam team;
  private final HostProgram[] programs;
  private final TeamChoice choice = new TeamChoice();
  private final ConcurrentLinkedDeque<Workspace> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<Workspace> all = new ConcurrentLinkedDeque<>();
  private final AtomicLong workspaceBytes = new AtomicLong();
  private int phases;
  private long sharedBytes;
  private long scratchBytes;
  private int scratchFloats;

  CpuExecutable(Plan plan, ThreadTeam team, CpuDevice device) {
    this.plan = plan;
    this.team = team;
    this.programs = new HostProgram[plan.steps().size()];
    Preparation preparation = new Preparation(device);
    if (!team.tryRun(preparation)) {
      preparation.work(0);
    }
    preparation.check();
    for (HostProgram program : programs) {
      phases += program.phases();
      sharedBytes = Math.max(sharedBytes, program.sharedBytes());
      scratchBytes = Math.max(scratchBytes, program.scratchBytes());
      scratchFloats = Math.max(scratchFloats, program.scratchFloats());
    }
  }

  /**
   * Prepares the steps, each by whoever of the team is free: repacking weights takes long. Those
   * with most weights come first, so that nobody is left with a large one at the end.
   */
  private final class Preparation implements ThreadTeam.Job {
    private final CpuDevice device;
    private final int[] order;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Preparation(CpuDevice device) {
      this.device = device;
      List<Step> steps = plan.steps();
      this.order =
          IntStream.range(0, steps.size())
              .boxed()
              .sorted((a, b) -> Long.compare(weights(steps.get(b)), weights(steps.get(a))))
              .mapToInt(Integer::intValue)
              .toArray();
    }

    private static long weights(Step step) {
      long elements = 0;
      for (Tensor constant : step.constants()) {
        elements += constant == null ? 0 : constant.shape().elementCount();
      }
      return elements;
    }

    @Override
    public void work(int worker) {
      for (int i = next.getAndIncrement(); i < programs.length; i = next.getAndIncrement()) {
        if (failure.get() != null) {
          return;
        }
        try {
          programs[order[i]] = prepare(plan.steps().get(order[i]), device);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
      }
    }

    /** Rethrows what a step threw. */
    void check() {
      Throwable thrown = failure.get();
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      } else if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  @SuppressWarnings("unchecked") // the selection's kernel comes from the family of the problem
  private static HostProgram prepare(Step step, CpuDevice device) {
    HostKernel<Problem> kernel = (HostKernel<Problem>) step.selection().chosen();
    return kernel.prepare(step.problem(), device.context(step.constants()));
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    return run(inputs, null);
  }

  @Override
  public long[] profile(List<Tensor> inputs) {
    long[] nanos = new long[programs.length];
    run(inputs, nanos);
    return nanos;
  }

  private List<Tensor> run(List<Tensor> inputs, long[] nanos) {
    Workspace workspace = idle.pollFirst();
    if (workspace == null) {
      workspace = bind();
    }
    try {
      for (int i = 0; i < inputs.size(); i++) {
        workspace.inputs[i].values().copyFrom(inputs.get(i).values());
      }
      CpuRun run = new CpuRun(programs, workspace, team.size(), nanos);
      run.prepare();
      // A profile is of what the session's threads do together.
      boolean isAlone = nanos == null && choice.isAlone();
      long start = System.nanoTime();
      boolean ranTogether = !isAlone && team.tryRun(run);
      if (!ranTogether) {
        run.runAlone();
      }
      run.check();
      if (nanos == null && (isAlone || ranTogether)) {
        choice.took(isAlone, System.nanoTime() - start);
      }
      return results(workspace);
    } finally {
      idle.addFirst(workspace);
    }
  }

  private static List<Tensor> results(Workspace workspace) {
    List<Tensor> results = new ArrayList<>(workspace.outputs.length);
    for (Tensor output : workspace.outputs) {
      Tensor copy = Tensor.allocate(Arena.ofAuto(), output.dtype(), output.shape());
      copy.values().copyFrom(output.values());
      results.add(copy);
    }
    return results;
  }

  private Workspace bind() {
    Workspace workspace =
        new Workspace(
            plan.memory().byteSize(),
            sharedBytes,
            scratchBytes,
            scratchFloats,
            team.size(),
            programs.length,
            phases,
            plan.inputs().size(),
            plan.outputs().size());
    int place = 0;
    for (String input : plan.inputs().keySet()) {
      workspace.inputs[place++] = value(input, plan.types().get(input), workspace);
    }
    for (int i = 0; i < programs.length; i++) {
      Step step = plan.steps().get(i);
      Tensor[] inputs = new Tensor[step.node().inputs().size()];
      for (int j = 0; j < inputs.length; j++) {
        Tensor constant = step.constants().get(j);
        inputs[j] =
            constant != null || !step.node().hasInput(j)
                ? constant
                : value(step.node().input(j), step.inputs().get(j), workspace);
      }
      Tensor[] outputs = new Tensor[step.outputs().size()];
      for (int j = 0; j < outputs.length; j++) {
        String name = step.node().output(j);
        outputs[j] = name.isEmpty() ? null : value(name, step.outputs().get(j), workspace);
      }
      workspace.arguments[i] = new Arguments(inputs, outputs);
    }
    for (int i = 0; i < workspace.outputs.length; i++) {
      String name = plan.outputs().get(i);
      workspace.outputs[i] = value(name, plan.types().get(name), workspace);
    }
    all.add(workspace);
    workspaceBytes.addAndGet(workspace.byteSize());
    return workspace;
  }

  private Tensor value(String name, TensorType type, Workspace workspace) {
    if (plan.known().containsKey(name)) {
      return plan.known().get(name);
    }
    String owner = plan.owner(name);
    if (plan.known().containsKey(owner)) {
      return plan.known().get(owner).reshaped(type.shape());
    }
    long bytes = type.dtype().byteSize(type.shape().elementCount());
    MemorySegment values = workspace.values.asSlice(plan.memory().offsets().get(owner), bytes);
    return Tensor.dense(type.dtype(), type.shape(), values);
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes.get();
  }

  @Override
  public void close() {
    idle.clear();
    for (Workspace workspace = all.poll(); workspace != null; workspace = all.poll()) {
      workspace.close();
    }
  }
}
