package dev.pith.runtime.cuda;

import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.DeviceBuffer;
import java.lang.foreign.MemorySegment;

/**
 * Commands in order, and the handles of cuBLAS and cuSPARSE that issue to them. For one thread at a
 * time, which may change between calls.
 */
final class CudaStream implements CommandStream {

  /** What cuBLAS recommends for Hopper; smaller devices use less of it. */
  private static final long WORKSPACE = 32 << 20;

  private final CudaDevice device;
  private final CudaDriver driver;
  private final Handle handle;
  private Handle blas;
  private DeviceBuffer workspace;
  private Handle sparse;

  CudaStream(CudaDevice device) {
    this.device = device;
    this.driver = device.driver();
    device.enter();
    this.handle = driver.createStream();
  }

  Handle handle() {
    return handle;
  }

  /** The cuBLAS handle of this stream. */
  Handle blas() {
    if (blas == null) {
      workspace = device.allocate(WORKSPACE, "workspace of cuBLAS");
      device.enter();
      blas =
          device
              .api()
              .blas()
              .create(handle, CudaMemory.Buffer.address(workspace), workspace.byteSize());
    }
    return blas;
  }

  /** The cuSPARSE handle of this stream. */
  Handle sparse() {
    if (sparse == null) {
      device.enter();
      sparse = device.api().sparse().create(handle);
    }
    return sparse;
  }

  @Override
  public void write(DeviceBuffer target, MemorySegment source) {
    if (source.byteSize() > 0) {
      device.enter();
      long bytes = source.byteSize();
      driver.copyToDevice(CudaMemory.Buffer.address(target), source.address(), bytes, handle);
    }
  }

  @Override
  public void read(DeviceBuffer source, MemorySegment target) {
    if (target.byteSize() > 0) {
      device.enter();
      long bytes = target.byteSize();
      driver.copyToHost(target.address(), CudaMemory.Buffer.address(source), bytes, handle);
    }
  }

  @Override
  public void finish() {
    device.enter();
    driver.synchronize(handle);
  }

  @Override
  public Recording record(Runnable commands) {
    return new CudaRecording(device, this, commands);
  }

  @Override
  public void close() {
    if (blas != null) {
      device.release(() -> device.api().blas().destroy(blas));
      workspace.close();
    }
    if (sparse != null) {
      device.release(() -> device.api().sparse().destroy(sparse));
    }
    device.release(() -> driver.destroyStream(handle));
  }
}
