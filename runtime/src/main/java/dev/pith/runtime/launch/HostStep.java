package dev.pith.runtime.launch;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Specializer.NodeView;
import dev.pith.runtime.plan.Step;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A step that the device has no kernel for and the host computes, where that was asked for: its
 * inputs are copied to the host and its outputs back, with a wait in between.
 */
final class HostStep implements AutoCloseable {

  private final GraphEvaluator evaluator =
      new GraphEvaluator(Target.plainCpu(1).withVectorBits(VectorWidth.preferredBits()));
  private final Step step;
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Copy> down = new ArrayList<>();
  private final List<Copy> up = new ArrayList<>();

  /** One value on both sides; {@code device} is null for an empty tensor. */
  private record Copy(DeviceBuffer device, HostBuffer host) {}

  /**
   * The step with memory on both sides.
   *
   * @param value device memory of a value by name
   */
  HostStep(Step step, Accelerator accelerator, Function<String, DeviceBuffer> value) {
    this.step = step;
    for (int i = 0; i < step.node().inputs().size(); i++) {
      Tensor constant = step.constants().get(i);
      if (constant != null || !step.node().hasInput(i)) {
        inputs.add(constant);
        continue;
      }
      TensorType type = step.inputs().get(i);
      Copy copy = copy(type, accelerator, value.apply(step.node().input(i)));
      down.add(copy);
      inputs.add(Tensor.dense(type.dtype(), type.shape(), copy.host().memory()));
    }
    for (int i = 0; i < step.outputs().size(); i++) {
      String name = step.node().output(i);
      up.add(name.isEmpty() ? null : copy(step.outputs().get(i), accelerator, value.apply(name)));
    }
  }

  private static Copy copy(TensorType type, Accelerator accelerator, DeviceBuffer device) {
    long bytes = type.dtype().byteSize(type.shape().elementCount());
    return new Copy(device, accelerator.allocateHost(bytes));
  }

  /** Computes the step between the commands before and after it. */
  void run(CommandStream stream) {
    for (Copy copy : down) {
      if (copy.device() != null) {
        stream.read(copy.device(), copy.host().memory());
      }
    }
    stream.finish();
    List<Tensor> results =
        evaluator.evaluate(new NodeView(step.node(), inputs, step.outputs(), step.problem()));
    for (int i = 0; i < up.size(); i++) {
      Copy copy = up.get(i);
      if (copy != null && copy.device() != null) {
        MemorySegment.copy(
            results.get(i).values(), 0, copy.host().memory(), 0, copy.host().memory().byteSize());
        stream.write(copy.device(), copy.host().memory());
      }
    }
  }

  @Override
  public void close() {
    down.forEach(copy -> copy.host().close());
    up.stream().filter(copy -> copy != null).forEach(copy -> copy.host().close());
  }
}
