package dev.pith.runtime.cuda;

import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.runtime.cuda.CudaDriver.Facts;
import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.launch.Accelerator;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.ConstantStore;
import dev.pith.runtime.launch.HostBuffer;
import dev.pith.runtime.launch.LaunchExecutable;
import dev.pith.runtime.launch.LaunchSelector;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.tune.TimingStore;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One CUDA device through its primary context, which all sessions on it share, with the programs
 * and weights of one session. Safe for use from many threads: every call makes the context current
 * first, and every run has a stream of its own.
 */
public final class CudaDevice implements Device, Accelerator {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.cuda");

  /** Codes of the driver after which a context is unusable: this one, and a range. */
  private static final int ECC = 214;

  private static final int ILLEGAL_ADDRESS = 700;

  private static final int LAUNCH_FAILED = 719;

  private final CudaApi api;
  private final int index;
  private final Facts facts;
  private final Handle context;
  private final DeviceOptions options;
  private final CudaMemory memory = new CudaMemory(this);
  private final CudaPrograms programs;
  private final ConstantStore store = new ConstantStore(this);

  CudaDevice(CudaApi api, DeviceOptions options) {
    this.api = api;
    this.index = options.index();
    this.options = options;
    this.facts = api.driver().facts(index);
    this.context = api.driver().retainContext(index);
    this.programs = new CudaPrograms(this, api.compiler(), facts.architecture(), options.cache());
  }

  @Override
  public String description() {
    return describe(facts);
  }

  static String describe(Facts facts) {
    return facts.name()
        + " ("
        + facts.architecture()
        + ", "
        + facts.multiprocessors()
        + " multiprocessors, "
        + (facts.memoryBytes() >> 20)
        + " MiB)";
  }

  @Override
  public Target target() {
    Set<String> features = new HashSet<>();
    features.add(DeviceTarget.ROUNDED_DIVISION);
    features.add(DeviceTarget.FP64);
    int capability = 10 * facts.major() + facts.minor();
    if (capability >= 61) {
      features.add(DeviceTarget.DOT4);
    }
    if (capability >= 80) {
      features.add(DeviceTarget.MATRIX_I8);
      features.add(DeviceTarget.MATRIX_F16);
      features.add(DeviceTarget.SPARSE_MATRIX_I8);
    }
    return new Target(
        Target.Kind.CUDA, facts.architecture(), Set.copyOf(features), 0, facts.multiprocessors());
  }

  /** Makes this device's context the calling thread's. */
  void enter() {
    api.driver().makeCurrent(context);
  }

  /**
   * Gives something back. After an error that ends a context the driver refuses this as it refuses
   * everything, and has freed all of it: nothing is left to do, and the first error is the one to
   * tell of.
   */
  void release(Runnable call) {
    try {
      enter();
      call.run();
    } catch (DeviceException e) {
      if (!isLost(e.code())) {
        throw e;
      }
      LOGGER.log(Level.DEBUG, "the device is lost and cannot give memory back", e);
    }
  }

  /** Whether an error of the driver ends the context it happened in. */
  static boolean isLost(int code) {
    return code == ECC || code >= ILLEGAL_ADDRESS && code <= LAUNCH_FAILED;
  }

  CudaApi api() {
    return api;
  }

  CudaDriver driver() {
    return api.driver();
  }

  /** Whether plans are replayed as graphs. */
  boolean usesGraphs() {
    return options.recorded();
  }

  CudaPrograms programs() {
    return programs;
  }

  @Override
  public String name() {
    return facts.name();
  }

  @Override
  public long alignment() {
    return CudaMemory.ALIGNMENT;
  }

  @Override
  public CudaMemory.Buffer allocate(long bytes, String purpose) {
    return memory.allocate(bytes, purpose);
  }

  @Override
  @SuppressWarnings("restricted") // the driver made the memory, of just this size
  public HostBuffer allocateHost(long bytes) {
    enter();
    long address = driver().allocateHost(Math.max(1, bytes));
    MemorySegment whole = MemorySegment.ofAddress(address).reinterpret(bytes);
    return new HostBuffer() {
      @Override
      public MemorySegment memory() {
        return whole;
      }

      @Override
      public void close() {
        release(() -> driver().freeHost(address));
      }
    };
  }

  @Override
  public CommandStream stream() {
    return new CudaStream(this);
  }

  @Override
  public Code code(String source, String kernel) {
    return programs.get(source, kernel);
  }

  @Override
  public Call launch(
      Code code, String entryPoint, int groups, int groupSize, int localBytes, List<Value> values) {
    enter();
    Handle function = ((CudaPrograms.Code) code).function(entryPoint);
    return new CudaLaunch(this, function, groups, groupSize, localBytes, values);
  }

  @Override
  public Planner.KernelSelector selector() {
    return new LaunchSelector(
        this,
        LibraryKernels.of(this, options.roundsToTf32()),
        options.selection().tuning(),
        TimingStore.of(options.cache(), description() + ", " + versions(), target()),
        options.allowFallback());
  }

  /** What times depend on besides the hardware. */
  private String versions() {
    return "driver "
        + driver().version()
        + ", NVRTC "
        + api.compiler().versionText()
        + (api.blas() == null ? ", no cuBLAS" : "")
        + (api.sparse() == null ? ", no cuSPARSE" : "");
  }

  @Override
  public Executable compile(Plan plan) {
    return new LaunchExecutable(plan, this, store);
  }

  @Override
  public long repackedBytes() {
    return store.byteSize();
  }

  /** Bytes that this session's allocations take of the device's memory. */
  long heldBytes() {
    return memory.heldBytes();
  }

  @Override
  public void close() {
    store.close();
    programs.close();
    release(() -> api.driver().releaseContext(index));
  }
}
