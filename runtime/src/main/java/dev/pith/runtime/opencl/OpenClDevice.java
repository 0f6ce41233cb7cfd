package dev.pith.runtime.opencl;

import static org.lwjgl.opencl.CL10.CL_CONTEXT_PLATFORM;
import static org.lwjgl.opencl.CL10.clCreateContext;
import static org.lwjgl.opencl.CL10.clReleaseContext;

import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.launch.Accelerator;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.ConstantStore;
import dev.pith.runtime.launch.HostBuffer;
import dev.pith.runtime.launch.LaunchExecutable;
import dev.pith.runtime.launch.LaunchSelector;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.tune.TimingStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
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
public final class OpenClDevice implements Device, Accelerator {

  private final OpenClPlatforms.Found found;
  private final long context;
  private final OpenClPrograms programs;
  private final ConstantStore store;
  private final DeviceOptions options;
  private final Set<String> more;
  private final AtomicLong held = new AtomicLong();

  /**
   * Opens a device.
   *
   * @param more features that kernels are to believe in although the device has them not: sources
   *     do in software what it lacks
   */
  OpenClDevice(OpenClPlatforms.Found found, DeviceOptions options, Set<String> more) {
    this.more = more;
    this.options = options;
    this.found = found;
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer code = stack.mallocInt(1);
      PointerBuffer properties = stack.pointers(CL_CONTEXT_PLATFORM, found.platform(), 0);
      long made = clCreateContext(properties, found.id(), null, 0, code);
      this.context = OpenCl.made(made, code.get(0), "clCreateContext on " + found.name());
    }
    this.programs = new OpenClPrograms(this, options.cache());
    this.store = new ConstantStore(this);
  }

  @Override
  public String description() {
    return found.toString();
  }

  @Override
  public Target target() {
    Set<String> features = new HashSet<>();
    features.addAll(more);
    if (found.roundsDivision()) {
      features.add(DeviceTarget.ROUNDED_DIVISION);
    }
    if (found.hasDoubles()) {
      features.add(DeviceTarget.FP64);
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

  /** Counts {@code bytes} more (or fewer) of device memory as held. */
  void hold(long bytes) {
    held.addAndGet(bytes);
  }

  /**
   * Bytes of the device that this session does not hold. Drivers may promise more memory than there
   * is and fail when it is used, so that what is held is counted here.
   */
  long room() {
    return found.memoryBytes() - held.get();
  }

  OutOfDeviceMemoryException outOfMemory(long bytes, String purpose, int code) {
    return new OutOfDeviceMemoryException(
        found.name(),
        purpose,
        bytes,
        held.get() + " bytes are held by this process",
        found.memoryBytes(),
        code);
  }

  @Override
  public String name() {
    return found.name();
  }

  @Override
  public OpenClBuffer allocate(long bytes, String purpose) {
    return OpenClBuffer.allocate(this, bytes, purpose);
  }

  @Override
  public HostBuffer allocateHost(long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(Math.max(1, bytes), Tensor.ALIGNMENT).asSlice(0, bytes);
    return new HostBuffer() {
      @Override
      public MemorySegment memory() {
        return memory;
      }

      @Override
      public void close() {
        arena.close();
      }
    };
  }

  @Override
  public CommandStream stream() {
    return new OpenClQueue(this);
  }

  @Override
  public Code code(String source, String kernel) {
    return new OpenClCode(programs.get(source, kernel));
  }

  @Override
  public Call launch(
      Code code, String entryPoint, int groups, int groupSize, int localBytes, List<Value> values) {
    return new OpenClLaunch((OpenClCode) code, entryPoint, groups, groupSize, values);
  }

  @Override
  public long alignment() {
    return Math.max(MemoryPlan.ALIGNMENT, found.alignment());
  }

  @Override
  public Planner.KernelSelector selector() {
    return new LaunchSelector(
        this,
        List.of(),
        options.selection().tuning(),
        TimingStore.of(options.cache(), found.toString(), target()),
        options.allowFallback());
  }

  @Override
  public Executable compile(Plan plan) {
    return new LaunchExecutable(plan, this, store);
  }

  @Override
  public long repackedBytes() {
    return store.byteSize();
  }

  @Override
  public void close() {
    store.close();
    programs.close();
    OpenCl.released(clReleaseContext(context), "clReleaseContext");
  }
}
