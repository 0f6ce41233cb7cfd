package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.CL_CONTEXT_PLATFORM;
import static org.lwjgl.opencl.CL10.clCreateContext;
import static org.lwjgl.opencl.CL10.clReleaseContext;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Selection;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;

/**
 * A context on one OpenCL device with the programs and weights that all its executables share. Safe
 * for use from many threads; every run has a queue of its own.
 */
public final class OpenClDevice implements Device {

  private final OpenClPlatforms.Found found;
  private final long context;
  private final OpenClPrograms programs;
  private final OpenClWeights weights;
  private final AtomicLong held = new AtomicLong();

  OpenClDevice(OpenClPlatforms.Found found, Path cache) {
    this.found = found;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      PointerBuffer properties = stack.pointers(CL_CONTEXT_PLATFORM, found.platform(), 0);
      long made = clCreateContext(properties, found.id(), null, 0, code);
      this.context = OpenCl.made(made, code.get(0), "clCreateContext on " + found.name());
    }
    this.programs = new OpenClPrograms(this, cache);
    this.weights = new OpenClWeights(this);
  }

  @Override
  public String description() {
    return found.toString();
  }

  @Override
  public Target target() {
    Set<String> features = new HashSet<>();
    if (found.roundsDivision()) {
      features.add(DeviceTarget.ROUNDED_DIVISION);
    }
    return new Target(Target.Kind.OPENCL, found.name(), Set.copyOf(features), 0, found.units());
  }

  OpenClPlatforms.Found found() {
    return found;
  }

  long context() {
    return context;
  }

  OpenClPrograms programs() {
    return programs;
  }

  OpenClWeights weights() {
    return weights;
  }

  /** Counts {@code bytes} more (or fewer) of device memory as held. */
  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  OutOfDeviceMemoryException outOfMemory(long bytes, String purpose, int code) {
    return new OutOfDeviceMemoryException(
        found.name(), purpose, bytes, held.get(), found.memoryBytes(), code);
  }

  @Override
  public long alignment() {
    return Math.max(Device.super.alignment(), found.alignment());
  }

  @Override
  public Planner.KernelSelector selector() {
    return this::select;
  }

  private Selection select(Problem problem, List<Tensor> constants) {
    KernelFamily<Problem> family = KernelFamilies.of(problem);
    List<Selection.Candidate> candidates = new ArrayList<>();
    DeviceKernel<Problem> chosen = null;
    for (Kernel<Problem> kernel : family.kernels()) {
      if (kernel instanceof DeviceKernel<Problem> able) {
        Support support = able.supports(problem, target());
        String refusal = support instanceof Support.Unsupported no ? no.reason() : "";
        candidates.add(new Selection.Candidate(able.name(), refusal, -1));
        chosen = chosen == null && support.isSupported() ? able : chosen;
      }
    }
    return chosen == null
        ? Selection.none(candidates)
        : new Selection(chosen, candidates, "first that supports the problem");
  }

  @Override
  public Executable compile(Plan plan) {
    return OpenClExecutable.of(plan, this);
  }

  @Override
  public long repackedBytes() {
    return weights.byteSize();
  }

  @Override
  public void close() {
    weights.close();
    programs.close();
    OpenCl.released(clReleaseContext(context), "clReleaseContext");
  }
}
