package dev.pith.runtime.launch;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.launch.CommandStream.Recording;
import dev.pith.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times of all kernels of a device on one problem. Weights are on the device several times over and
 * used in turn, so that they can be made to come from memory and not from a cache.
 */
public final class KernelTimes {

  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 9;

  private KernelTimes() {}

  /**
   * Microseconds of one run of each kernel that solves the problem, by name, in the device's order:
   * the median of several rounds of runs without a wait between them.
   *
   * @param device a device that runs launches
   * @param copies copies of the weights that runs use in turn, at least 1
   * @throws IllegalArgumentException if the device is the CPU
   */
  public static Map<String, Double> of(
      Device device, Problem problem, Operands operands, int copies) {
    Map<String, Double> times = new LinkedHashMap<>();
    for (Kernel<Problem> kernel : KernelRun.solving(device, problem, operands)) {
      Accelerator accelerator = KernelRun.accelerator(device);
      times.put(kernel.name(), time(kernel, problem, operands, accelerator, copies));
    }
    return times;
  }

  private static double time(
      Kernel<Problem> kernel,
      Problem problem,
      Operands operands,
      Accelerator accelerator,
      int copies) {
    List<LaunchTrial> trials = new ArrayList<>();
    try (CommandStream stream = accelerator.stream()) {
      for (int i = 0; i < copies; i++) {
        trials.add(new LaunchTrial(kernel, problem, operands, accelerator));
      }
      try (Recording all = stream.record(() -> trials.forEach(trial -> trial.enqueue(stream)))) {
        double[] micros = new double[ROUNDS];
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
          long start = System.nanoTime();
          all.play();
          stream.finish();
          if (round >= 0) {
            micros[round] = (System.nanoTime() - start) / 1e3 / copies;
          }
        }
        Arrays.sort(micros);
        return micros[ROUNDS / 2];
      }
    } finally {
      trials.forEach(LaunchTrial::close);
    }
  }
}
