package dev.pith.runtime.cuda;

import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.launch.CommandStream.Recording;
import java.lang.System.Logger.Level;

/**
 * Commands as a CUDA graph. They are issued one by one the first time, when libraries make what
 * they need, are captured the second time, and from then on replayed with one call.
 */
final class CudaRecording implements Recording {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.cuda");

  /** Codes of the driver that mean "this cannot be captured", first and last. */
  private static final int UNSUPPORTED = 900;

  private static final int WRONG_THREAD = 908;

  private final CudaDevice device;
  private final CudaStream stream;
  private final Runnable commands;
  private boolean wasIssued;
  private boolean isPlain;
  private Handle executable;

  CudaRecording(CudaDevice device, CudaStream stream, Runnable commands) {
    this.device = device;
    this.stream = stream;
    this.commands = commands;
    this.isPlain = !device.usesGraphs();
  }

  @Override
  public void play() {
    device.enter();
    if (executable == null && wasIssued && !isPlain) {
      capture();
    }
    if (executable == null) {
      commands.run();
      wasIssued = true;
    } else {
      device.driver().launchGraph(executable, stream.handle());
    }
  }

  private void capture() {
    CudaDriver driver = device.driver();
    try {
      driver.beginCapture(stream.handle());
      Handle graph;
      try {
        commands.run();
      } finally {
        graph = driver.endCapture(stream.handle());
      }
      try {
        executable = driver.instantiate(graph);
      } finally {
        driver.destroyGraph(graph);
      }
    } catch (DeviceException e) {
      if (e.code() < UNSUPPORTED || e.code() > WRONG_THREAD) {
        throw e;
      }
      isPlain = true;
      LOGGER.log(
          Level.WARNING,
          "a plan cannot be replayed as a CUDA graph and is issued call by call: {0}",
          e.getMessage());
    }
  }

  @Override
  public void close() {
    if (executable != null) {
      device.release(() -> device.driver().destroyExecutable(executable));
    }
  }
}
