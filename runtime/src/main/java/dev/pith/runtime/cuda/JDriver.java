package dev.pith.runtime.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import dev.pith.runtime.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** {@link CudaDriver} by JCuda. */
final class JDriver implements CudaDriver {

  /** {@code CU_STREAM_NON_BLOCKING}. */
  private static final int NON_BLOCKING = 1;

  /** {@code CU_STREAM_CAPTURE_MODE_RELAXED}: other threads may go on allocating. */
  private static final int RELAXED = 2;

  /** {@code CU_MEMHOSTALLOC_PORTABLE}: page-locked for every context. */
  private static final int PORTABLE = 1;

  private static final int NAME_BYTES = 256;

  /** Parameters in native memory: an array of their addresses, and the values. */
  private record Block(Arena arena, MemorySegment addresses) implements Handle {}

  JDriver() {
    check(JCudaDriver.cuInit(0), "cuInit");
  }

  private static void check(int code, String call, Object... values) {
    if (code != 0) {
      throw new DeviceException(
          "CUDA",
          code,
          CUresult.stringFor(code),
          values.length == 0 ? call : call.formatted(values));
    }
  }

  private static CUdevice device(int index) {
    CUdevice device = new CUdevice();
    check(JCudaDriver.cuDeviceGet(device, index), "cuDeviceGet of device %d", index);
    return device;
  }

  private static CUstream stream(Handle handle) {
    return JPointers.object(handle, CUstream.class);
  }

  @Override
  public int version() {
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    return version[0];
  }

  @Override
  public int deviceCount() {
    int[] count = new int[1];
    check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0];
  }

  @Override
  public Facts facts(int index) {
    CUdevice device = device(index);
    byte[] name = new byte[NAME_BYTES];
    check(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    long[] bytes = new long[1];
    check(JCudaDriver.cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem");
    return new Facts(
        new String(name, 0, length, StandardCharsets.UTF_8),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        bytes[0]);
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check(
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device),
        "cuDeviceGetAttribute of %d",
        attribute);
    return value[0];
  }

  @Override
  public Handle retainContext(int index) {
    CUcontext context = new CUcontext();
    check(
        JCudaDriver.cuDevicePrimaryCtxRetain(context, device(index)),
        "cuDevicePrimaryCtxRetain of device %d",
        index);
    return new JPointers.Held(context);
  }

  @Override
  public void releaseContext(int index) {
    check(JCudaDriver.cuDevicePrimaryCtxRelease(device(index)), "cuDevicePrimaryCtxRelease");
  }

  @Override
  public void makeCurrent(Handle context) {
    check(
        JCudaDriver.cuCtxSetCurrent(JPointers.object(context, CUcontext.class)), "cuCtxSetCurrent");
  }

  @Override
  public long[] memory() {
    long[] free = new long[1];
    long[] total = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
    return new long[] {free[0], total[0]};
  }

  @Override
  public long allocate(long bytes) {
    JPointers.DevicePointer pointer = new JPointers.DevicePointer();
    check(JCudaDriver.cuMemAlloc(pointer, bytes), "cuMemAlloc of %d bytes", bytes);
    return pointer.address();
  }

  @Override
  public void free(long address) {
    check(JCudaDriver.cuMemFree(JPointers.device(address)), "cuMemFree");
  }

  @Override
  public long allocateHost(long bytes) {
    JPointers.HostPointer pointer = new JPointers.HostPointer(0);
    check(
        JCudaDriver.cuMemHostAlloc(pointer, bytes, PORTABLE), "cuMemHostAlloc of %d bytes", bytes);
    return pointer.address();
  }

  @Override
  public void freeHost(long address) {
    check(JCudaDriver.cuMemFreeHost(JPointers.at(address)), "cuMemFreeHost");
  }

  @Override
  public Handle createStream() {
    CUstream stream = new CUstream();
    check(JCudaDriver.cuStreamCreate(stream, NON_BLOCKING), "cuStreamCreate");
    return new JPointers.Held(stream);
  }

  @Override
  public void destroyStream(Handle stream) {
    check(JCudaDriver.cuStreamDestroy(stream(stream)), "cuStreamDestroy");
  }

  @Override
  public void copyToDevice(long device, long host, long bytes, Handle stream) {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(
            JPointers.device(device), JPointers.at(host), bytes, stream(stream)),
        "cuMemcpyHtoDAsync of %d bytes",
        bytes);
  }

  @Override
  public void copyToHost(long host, long device, long bytes, Handle stream) {
    check(
        JCudaDriver.cuMemcpyDtoHAsync(
            JPointers.at(host), JPointers.device(device), bytes, stream(stream)),
        "cuMemcpyDtoHAsync of %d bytes",
        bytes);
  }

  @Override
  public void synchronize(Handle stream) {
    check(JCudaDriver.cuStreamSynchronize(stream(stream)), "cuStreamSynchronize");
  }

  @Override
  public void beginCapture(Handle stream) {
    check(JCudaDriver.cuStreamBeginCapture(stream(stream), RELAXED), "cuStreamBeginCapture");
  }

  @Override
  public Handle endCapture(Handle stream) {
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream(stream), graph), "cuStreamEndCapture");
    return new JPointers.Held(graph);
  }

  @Override
  public Handle instantiate(Handle graph) {
    CUgraphExec executable = new CUgraphExec();
    check(
        JCudaDriver.cuGraphInstantiate(executable, JPointers.object(graph, CUgraph.class), 0),
        "cuGraphInstantiate");
    return new JPointers.Held(executable);
  }

  @Override
  public void launchGraph(Handle executable, Handle stream) {
    check(
        JCudaDriver.cuGraphLaunch(JPointers.object(executable, CUgraphExec.class), stream(stream)),
        "cuGraphLaunch");
  }

  @Override
  public void destroyGraph(Handle graph) {
    check(JCudaDriver.cuGraphDestroy(JPointers.object(graph, CUgraph.class)), "cuGraphDestroy");
  }

  @Override
  public void destroyExecutable(Handle executable) {
    check(
        JCudaDriver.cuGraphExecDestroy(JPointers.object(executable, CUgraphExec.class)),
        "cuGraphExecDestroy");
  }

  @Override
  public Handle loadModule(byte[] image) {
    CUmodule module = new CUmodule();
    check(
        JCudaDriver.cuModuleLoadData(module, image), "cuModuleLoadData of %d bytes", image.length);
    return new JPointers.Held(module);
  }

  @Override
  public void unloadModule(Handle module) {
    check(JCudaDriver.cuModuleUnload(JPointers.object(module, CUmodule.class)), "cuModuleUnload");
  }

  @Override
  public Handle function(Handle module, String name) {
    CUfunction function = new CUfunction();
    check(
        JCudaDriver.cuModuleGetFunction(function, JPointers.object(module, CUmodule.class), name),
        "cuModuleGetFunction of %s",
        name);
    return new JPointers.Held(function);
  }

  @Override
  public Handle parameters(List<Parameter> values) {
    Arena arena = Arena.ofShared();
    MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, values.size()));
    for (int i = 0; i < values.size(); i++) {
      MemorySegment value =
          switch (values.get(i)) {
            case Parameter.Address address ->
                arena.allocateFrom(ValueLayout.JAVA_LONG, address.value());
            case Parameter.Int32 number -> arena.allocateFrom(ValueLayout.JAVA_INT, number.value());
            case Parameter.Float32 number ->
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, number.value());
          };
      addresses.setAtIndex(ValueLayout.JAVA_LONG, i, value.address());
    }
    return new Block(arena, addresses);
  }

  @Override
  public void releaseParameters(Handle parameters) {
    ((Block) parameters).arena().close();
  }

  @Override
  public void allowLocal(Handle function, int bytes) {
    check(
        JCudaDriver.cuFuncSetAttribute(
            JPointers.object(function, CUfunction.class),
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            bytes),
        "cuFuncSetAttribute of %d bytes of shared memory",
        bytes);
  }

  @Override
  public void launch(
      Handle function,
      int groups,
      int groupSize,
      int localBytes,
      Handle parameters,
      Handle stream) {
    check(
        JCudaDriver.cuLaunchKernel(
            JPointers.object(function, CUfunction.class),
            groups,
            1,
            1,
            groupSize,
            1,
            1,
            localBytes,
            stream(stream),
            JPointers.at(((Block) parameters).addresses()),
            null),
        "cuLaunchKernel of %d blocks of %d threads",
        groups,
        groupSize);
  }
}
