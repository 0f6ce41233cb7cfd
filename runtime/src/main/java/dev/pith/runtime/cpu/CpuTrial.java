package dev.pith.runtime.cpu;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.PackedWeights;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.tune.Trial;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/** One host kernel, run by the device's threads as a session would. */
final class CpuTrial implements Trial {

  private final ThreadTeam team;
  private final PackedWeights shared;
  private final PackedWeights own = new PackedWeights();
  private final Workspace workspace;
  private final CpuRun run;
  private boolean isKept;

  /**
   * Prepares a trial.
   *
   * @param shared the repacked weights of plans, which take over this trial's if it is kept
   */
  CpuTrial(
      HostKernel<Problem> kernel,
      Problem problem,
      Operands operands,
      Target target,
      ThreadTeam team,
      PackedWeights shared) {
    this.team = team;
    this.shared = shared;
    HostProgram program = kernel.prepare(problem, own.context(target, operands.constants()));
    this.workspace =
        new Workspace(
            bytes(operands.inputs()) + bytes(operands.outputs()),
            program.sharedBytes(),
            program.scratchBytes(),
            program.scratchFloats(),
            team.size(),
            1,
            program.phases(),
            0,
            0);
    workspace.arguments[0] = arguments(operands);
    this.run = new CpuRun(new HostProgram[] {program}, workspace, team.size(), null);
  }

  private static long bytes(List<TensorType> types) {
    return types.stream().mapToLong(CpuTrial::bytes).sum();
  }

  private static long bytes(TensorType type) {
    return type == null ? 0 : type.dtype().byteSize(type.shape().elementCount()) + 63 & -64;
  }

  private Arguments arguments(Operands operands) {
    Tensor[] inputs = new Tensor[operands.inputs().size()];
    Tensor[] outputs = new Tensor[operands.outputs().size()];
    SplittableRandom random = new SplittableRandom(1);
    long offset = 0;
    for (int i = 0; i < inputs.length; i++) {
      TensorType type = operands.inputs().get(i);
      inputs[i] = operands.constants().get(i);
      if (inputs[i] == null && type != null) {
        inputs[i] = value(type, offset);
        fill(inputs[i], random);
        offset += bytes(type);
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      TensorType type = operands.outputs().get(i);
      outputs[i] = type == null ? null : value(type, offset);
      offset += bytes(type);
    }
    return new Arguments(inputs, outputs);
  }

  private Tensor value(TensorType type, long offset) {
    long bytes = type.dtype().byteSize(type.shape().elementCount());
    return Tensor.dense(type.dtype(), type.shape(), workspace.values.asSlice(offset, bytes));
  }

  /** Floats from −1 to 1, any bytes for 8-bit types; indices and the like stay 0. */
  private static void fill(Tensor tensor, SplittableRandom random) {
    MemorySegment values = tensor.values();
    long count = tensor.shape().elementCount();
    if (tensor.dtype() == DType.U8 || tensor.dtype() == DType.I8) {
      byte[] bytes = new byte[Math.toIntExact(count)];
      random.nextBytes(bytes);
      values.copyFrom(MemorySegment.ofArray(bytes));
    } else if (tensor.dtype().isFloat()) {
      for (long i = 0; i < count; i++) {
        Elements.setDouble(tensor.dtype(), values, i, random.nextDouble(-1, 1));
      }
    }
  }

  @Override
  public long run() {
    run.prepare();
    long start = System.nanoTime();
    if (team.size() == 1) {
      run.runAlone();
    } else if (!team.tryRun(run)) {
      return -1;
    }
    long nanos = System.nanoTime() - start;
    run.check();
    return nanos;
  }

  @Override
  public void keep() {
    isKept = shared.adopt(own);
  }

  @Override
  public void close() {
    workspace.close();
    if (!isKept) {
      own.close();
    }
  }
}
