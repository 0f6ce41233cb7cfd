package dev.pith.bench.layer;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.launch.KernelRun;
import dev.pith.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A layer by one kernel of an accelerator: of Pith's own or of the vendor's libraries. Operands and
 * results stay on the device; a run waits for its end. Not thread-safe.
 */
public final class DeviceLayer implements OpenLayer {

  private final Device device;
  private final KernelRun kernel;

  private DeviceLayer(Device device, KernelRun kernel) {
    this.device = device;
    this.kernel = kernel;
  }

  /**
   * Prepares the layer.
   *
   * @param kernel name of a kernel; {@code first} for the preferred one
   * @param options names the device
   * @throws IllegalArgumentException if no kernel of that name solves the problem, or the device is
   *     the CPU
   */
  public static DeviceLayer open(LayerOperands operands, String kernel, SessionOptions options) {
    Device device = Backends.open(options);
    try {
      KernelRun run =
          KernelRun.open(
              device, operands.problem(), known(operands), List.of(operands.input()), kernel);
      return new DeviceLayer(device, run);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** What is known of the operands before a run: all but the input. */
  static Operands known(LayerOperands operands) {
    List<Tensor> constants = new ArrayList<>(Arrays.asList(operands.inputs()));
    List<TensorType> types = new ArrayList<>();
    for (Tensor tensor : constants) {
      types.add(tensor == null ? null : new TensorType(tensor.dtype(), tensor.shape()));
    }
    constants.set(0, null);
    return new Operands(
        constants, types, List.of(new TensorType(operands.outputType(), operands.outputShape())));
  }

  @Override
  public void run() {
    kernel.run();
  }

  /** Computed anew, with the copies that takes. */
  @Override
  public Tensor output() {
    return kernel.results().get(0);
  }

  @Override
  public long weightBytes() {
    return kernel.weightBytes();
  }

  @Override
  public void close() {
    kernel.close();
    device.close();
  }
}
