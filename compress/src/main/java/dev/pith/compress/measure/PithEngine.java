package dev.pith.compress.measure;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs {@code .pith} and {@code .onnx} files with Pith. */
public final class PithEngine implements Engine {

  private final boolean tunes;

  /** An engine that runs as sessions do by default. */
  public PithEngine() {
    this(false);
  }

  /**
   * An engine.
   *
   * @param tunes whether {@link Opened#tune} times kernels, for up to ten seconds; what it finds is
   *     remembered for later sessions
   */
  public PithEngine(boolean tunes) {
    this.tunes = tunes;
  }

  @Override
  public String name() {
    return "pith";
  }

  @Override
  public boolean reads(Path file) {
    return true;
  }

  @Override
  public Opened open(Path file, String device, int threads) throws IOException {
    Model model = ModelFiles.open(file);
    boolean ready = false;
    try {
      Opened opened = new Run(model, options(device, threads), tunes);
      ready = true;
      return opened;
    } finally {
      if (!ready) {
        model.close();
      }
    }
  }

  private static SessionOptions options(String device, int threads) {
    SessionOptions options = SessionOptions.defaults();
    return options
        .withDevice(device == null ? options.device() : device)
        .withThreads(threads > 0 ? threads : options.threads());
  }

  private static final class Run implements Opened {
    private final Model model;
    private final SessionOptions options;
    private final boolean tunes;
    private Session session;

    Run(Model model, SessionOptions options, boolean tunes) {
      this.model = model;
      this.options = options;
      this.tunes = tunes;
      this.session = model.newSession(options);
    }

    @Override
    public void tune(Map<String, Tensor> inputs) {
      if (!tunes || options.selection() != KernelSelection.QUICK) {
        return;
      }
      session.close();
      session = model.newSession(options.withSelection(KernelSelection.MEASURED));
      session.run(inputs);
    }

    @Override
    public String device() {
      return session.device().target().isCpu() ? "cpu" : session.device().description();
    }

    @Override
    public int threads() {
      return session.device().target().threads();
    }

    @Override
    public List<ValueInfo> inputs() {
      return model.graph().inputs();
    }

    @Override
    public void run(Map<String, Tensor> inputs) {
      session.run(inputs);
    }

    @Override
    public long residentWeightBytes() {
      return session.receipt().residentWeightBytes();
    }

    @Override
    public long workspaceBytes() {
      return session.receipt().workspaceBytes();
    }

    @Override
    public void close() {
      session.close();
      model.close();
    }
  }
}
