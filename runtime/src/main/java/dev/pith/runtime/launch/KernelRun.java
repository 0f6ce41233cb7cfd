package dev.pith.runtime.launch;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.plan.Operands;
import java.util.List;

/**
 * One kernel of a device on one problem, its operands on the device, to be run again and again. For
 * measuring: a session chooses kernels itself. Not thread-safe.
 */
public final class KernelRun implements AutoCloseable {

  private final LaunchTrial trial;
  private final String kernel;

  private KernelRun(LaunchTrial trial, String kernel) {
    this.trial = trial;
    this.kernel = kernel;
  }

  /**
   * Names of the kernels of {@code device} that solve the problem, its vendor's libraries among
   * them, in the device's order.
   *
   * @throws IllegalArgumentException if the device is the CPU
   */
  public static List<String> kernels(Device device, Problem problem, Operands operands) {
    return solving(device, problem, operands).stream().map(Kernel::name).toList();
  }

  /**
   * Compiles a kernel and uploads operands.
   *
   * @param inputs a tensor for each input that is no constant, in order
   * @param kernel a name of {@link #kernels}, or {@code first}
   * @throws IllegalArgumentException if no such kernel solves the problem
   */
  public static KernelRun open(
      Device device, Problem problem, Operands operands, List<Tensor> inputs, String kernel) {
    for (Kernel<Problem> candidate : solving(device, problem, operands)) {
      if (kernel.equals("first") || candidate.name().equals(kernel)) {
        return new KernelRun(
            new LaunchTrial(candidate, problem, operands, accelerator(device), inputs),
            candidate.name());
      }
    }
    throw new IllegalArgumentException(
        "no kernel "
            + kernel
            + " of "
            + device.description()
            + " solves "
            + problem
            + "; these do: "
            + kernels(device, problem, operands));
  }

  static List<Kernel<Problem>> solving(Device device, Problem problem, Operands operands) {
    accelerator(device);
    if (!(device.selector() instanceof LaunchSelector selector)) {
      throw new IllegalArgumentException(device.description() + " launches no kernels");
    }
    return selector.of(KernelFamilies.of(problem)).stream()
        .filter(kernel -> selector.refusal(kernel, problem, device.target(), operands).isEmpty())
        .toList();
  }

  static Accelerator accelerator(Device device) {
    if (device instanceof Accelerator accelerator) {
      return accelerator;
    }
    throw new IllegalArgumentException(device.description() + " launches no kernels");
  }

  /** The kernel's name. */
  public String kernel() {
    return kernel;
  }

  /** Bytes of the weights on the device, in the forms that the kernel takes. */
  public long weightBytes() {
    return trial.weightBytes();
  }

  /** Runs the kernel once and waits for it; operands and results stay on the device. */
  public void run() {
    trial.once();
  }

  /** Copies the inputs to the device, runs the kernel, and brings its results. */
  public List<Tensor> results() {
    return trial.results();
  }

  @Override
  public void close() {
    trial.close();
  }
}
