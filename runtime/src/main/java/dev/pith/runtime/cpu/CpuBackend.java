package dev.pith.runtime.cpu;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.device.Backend;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.WeightPool;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;

/** Runs plans on the processor; always available. */
public final class CpuBackend implements Backend {

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Availability availability() {
    int bits = VectorWidth.preferredBits();
    return new Availability(
        true,
        Runtime.getRuntime().availableProcessors()
            + " processors, "
            + (bits > 0
                ? bits + "-bit vectors"
                : "no Vector API (pass --add-modules jdk.incubator.vector)"));
  }

  @Override
  public Device open(DeviceOptions options) {
    return open(options, new WeightPool(List.of()));
  }

  @Override
  public Device open(DeviceOptions options, WeightPool pool) {
    if (options.index() != 0) {
      throw new BackendUnavailableException(
          "there is one CPU device, cpu:0; device cpu:" + options.index() + " does not exist");
    }
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    int bits = VectorWidth.preferredBits();
    if (options.vectorBits() > bits) {
      throw new BackendUnavailableException(
          options.vectorBits() + "-bit vectors were asked for; this machine has " + bits);
    }
    int width = options.vectorBits() >= 0 ? options.vectorBits() : bits;
    Set<String> features = Set.of();
    if (options.generatedCode()) {
      CpuFeatures found = CpuFeatures.detect(options.architecture(), options.system());
      features = found.features();
      if (features.isEmpty()) {
        System.getLogger("dev.pith.runtime.cpu")
            .log(Level.INFO, "no generated code, Vector API instead: {0}", found.detail());
      }
    }
    Target target = new Target(Target.Kind.CPU, options.architecture(), features, width, threads);
    return new CpuDevice(target, options.selection(), options.cache(), pool);
  }
}
