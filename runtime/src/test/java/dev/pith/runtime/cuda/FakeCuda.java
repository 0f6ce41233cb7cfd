package dev.pith.runtime.cuda;

import dev.pith.runtime.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * CUDA's libraries without a GPU: memory of the host in place of the device's, a record of every
 * call, errors on demand. Kernels do nothing; products are computed. Streams are done at once, but
 * a captured one records, and what it recorded is done when its graph is launched.
 */
class FakeCuda implements CudaDriver, CudaCompiler {

  /** An object of the driver, until it is destroyed. */
  record Made(String kind, Object content) implements Handle {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private record Allocation(Arena arena, MemorySegment memory) {}

  /** Calls in order, each a name and what it was about. */
  final List<String> calls = new ArrayList<>();

  final Set<Object> live = new HashSet<>();
  private final TreeMap<Long, Allocation> device = new TreeMap<>();
  private final Map<Long, Arena> host = new HashMap<>();
  private final Map<Handle, List<Runnable>> captured = new HashMap<>();
  private final Map<String, Deque<Integer>> failures = new HashMap<>();
  private final Map<Handle, Integer> allowed = new HashMap<>();
  private final Facts facts;
  private Handle context;
  private int retained;
  int version = 12060;
  int devices = 1;
  long freeBytes = 1L << 33;
  String refusal;

  FakeCuda(int major, int minor) {
    this.facts = new Facts("Fake GPU", major, minor, 4, 1L << 34);
  }

  /** All libraries. */
  final CudaApi api() {
    return new CudaApi(this, this, new FakeBlas(this), new FakeSparse(this));
  }

  /** The next call {@code name} fails with {@code code}; once for each time this is said. */
  final void fail(String name, int code) {
    failures.computeIfAbsent(name, n -> new ArrayDeque<>()).add(code);
  }

  final synchronized void call(String name, Object... about) {
    calls.add(about.length == 0 ? name : name + " " + List.of(about));
    Deque<Integer> codes = failures.get(name);
    if (codes != null && !codes.isEmpty()) {
      throw new DeviceException("CUDA", codes.poll(), "CUDA_ERROR_FOR_A_TEST", name);
    }
  }

  /** How many calls of a name there were. */
  final synchronized long count(String name) {
    return calls.stream().filter(call -> (call + " ").startsWith(name + " ")).count();
  }

  final synchronized Made made(String kind, Object content) {
    Made made = new Made(kind, content);
    live.add(made);
    return made;
  }

  final synchronized void unmade(Handle handle, String kind) {
    if (!((Made) handle).kind().equals(kind) || !live.remove(handle)) {
      throw new IllegalStateException(handle + " is no " + kind + " that can be destroyed");
    }
  }

  /** Does a stream's work now, or records it. */
  final synchronized void enqueue(Handle stream, Runnable work) {
    List<Runnable> record = captured.get(stream);
    if (record != null) {
      record.add(work);
    } else {
      work.run();
    }
  }

  /** Device memory from an address to the end of its allocation. */
  final synchronized MemorySegment memory(long address) {
    Map.Entry<Long, Allocation> place = device.floorEntry(address);
    if (place == null || address - place.getKey() >= place.getValue().memory().byteSize()) {
      throw new IllegalStateException("address " + address + " is in no allocation");
    }
    return place.getValue().memory().asSlice(address - place.getKey());
  }

  /** Where the allocation of an address begins. */
  final synchronized long base(long address) {
    memory(address);
    return device.floorKey(address);
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public int deviceCount() {
    return devices;
  }

  @Override
  public Facts facts(int index) {
    return facts;
  }

  /** The one context of the device, which lives as long as somebody retains it. */
  @Override
  public synchronized Handle retainContext(int index) {
    call("retainContext", index);
    if (retained++ == 0) {
      context = made("context", index);
    }
    return context;
  }

  @Override
  public synchronized void releaseContext(int index) {
    call("releaseContext", index);
    if (--retained == 0) {
      live.remove(context);
    }
  }

  @Override
  public void makeCurrent(Handle context) {
    if (!live.contains(context)) {
      throw new IllegalStateException("the context is released");
    }
  }

  @Override
  public long[] memory() {
    return new long[] {freeBytes, facts.memoryBytes()};
  }

  @Override
  public synchronized long allocate(long bytes) {
    call("allocate", bytes);
    if (bytes > freeBytes) {
      throw new DeviceException("CUDA", OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "cuMemAlloc");
    }
    freeBytes -= bytes;
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(bytes, 256).fill((byte) 0x5A);
    device.put(memory.address(), new Allocation(arena, memory));
    live.add(memory.address());
    return memory.address();
  }

  @Override
  public synchronized void free(long address) {
    call("free");
    Allocation allocation = device.remove(address);
    freeBytes += allocation.memory().byteSize();
    allocation.arena().close();
    live.remove(address);
  }

  @Override
  public synchronized long allocateHost(long bytes) {
    call("allocateHost", bytes);
    Arena arena = Arena.ofShared();
    long address = arena.allocate(bytes, 64).address();
    host.put(address, arena);
    live.add("host " + address);
    return address;
  }

  @Override
  public synchronized void freeHost(long address) {
    call("freeHost");
    host.remove(address).close();
    live.remove("host " + address);
  }

  @Override
  public Handle createStream() {
    call("createStream");
    return made("stream", null);
  }

  @Override
  public void destroyStream(Handle stream) {
    call("destroyStream");
    unmade(stream, "stream");
  }

  /** Memory of the host at an address. */
  @SuppressWarnings("restricted") // the backend gave the address with the size
  private static MemorySegment host(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Override
  public void copyToDevice(long to, long from, long bytes, Handle stream) {
    call("copyToDevice", bytes);
    enqueue(stream, () -> MemorySegment.copy(host(from, bytes), 0, memory(to), 0, bytes));
  }

  @Override
  public void copyToHost(long to, long from, long bytes, Handle stream) {
    call("copyToHost", bytes);
    enqueue(stream, () -> MemorySegment.copy(memory(from), 0, host(to, bytes), 0, bytes));
  }

  @Override
  public void synchronize(Handle stream) {
    call("synchronize");
  }

  @Override
  public synchronized void beginCapture(Handle stream) {
    call("beginCapture");
    captured.put(stream, new ArrayList<>());
  }

  @Override
  public synchronized Handle endCapture(Handle stream) {
    call("endCapture");
    return made("graph", captured.remove(stream));
  }

  @Override
  public Handle instantiate(Handle graph) {
    call("instantiate");
    return made("executable", ((Made) graph).content());
  }

  @Override
  @SuppressWarnings("unchecked") // executables are made of recorded work only
  public void launchGraph(Handle executable, Handle stream) {
    call("launchGraph");
    ((List<Runnable>) ((Made) executable).content()).forEach(Runnable::run);
  }

  @Override
  public void destroyGraph(Handle graph) {
    call("destroyGraph");
    unmade(graph, "graph");
  }

  @Override
  public void destroyExecutable(Handle executable) {
    call("destroyExecutable");
    unmade(executable, "executable");
  }

  @Override
  public Handle loadModule(byte[] image) {
    call("loadModule", image.length);
    return made("module", new String(image, StandardCharsets.UTF_8));
  }

  @Override
  public void unloadModule(Handle module) {
    call("unloadModule");
    unmade(module, "module");
  }

  @Override
  public Handle function(Handle module, String name) {
    call("function", name);
    return new Made(name, ((Made) module).content());
  }

  @Override
  public Handle parameters(List<Parameter> values) {
    return made("parameters", values);
  }

  @Override
  public void releaseParameters(Handle parameters) {
    unmade(parameters, "parameters");
  }

  @Override
  public void allowLocal(Handle function, int bytes) {
    call("allowLocal", ((Made) function).kind(), bytes);
    allowed.merge(function, bytes, Math::max);
  }

  @Override
  @SuppressWarnings("unchecked") // parameters are made of a list of them only
  public void launch(
      Handle function,
      int groups,
      int groupSize,
      int localBytes,
      Handle parameters,
      Handle stream) {
    Made entry = (Made) function;
    call("launch", entry.kind());
    if (localBytes > allowed.getOrDefault(function, 48 << 10)) {
      throw new DeviceException("CUDA", 1, "CUDA_ERROR_INVALID_VALUE", "cuLaunchKernel");
    }
    List<Parameter> values = (List<Parameter>) ((Made) parameters).content();
    enqueue(stream, () -> run((String) entry.content(), entry.kind(), groups, groupSize, values));
  }

  /** Runs a kernel function; here it does nothing. */
  void run(String source, String entry, int groups, int groupSize, List<Parameter> values) {}

  @Override
  public String versionText() {
    return "12.6";
  }

  /** "Machine code" is the source. */
  @Override
  public Result compile(String source, String name, List<String> options) {
    call("compile", name, options);
    return refusal == null
        ? new Result(source.getBytes(StandardCharsets.UTF_8), "")
        : new Result(null, refusal);
  }
}
