package dev.pith.compress.measure;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Something that runs model files: Pith itself, or a peer to compare with. Thread-safe. */
public interface Engine {

  /** The name users give: {@code pith}, {@code ort}. */
  String name();

  /** Whether it reads files like this one, going by the name. */
  boolean reads(Path file);

  /**
   * Opens a model, ready to run.
   *
   * @param device as in session options
   * @param threads threads for one run; 0 for all processors
   * @throws IOException if the file cannot be read
   */
  Opened open(Path file, String device, int threads) throws IOException;

  /** An open model. */
  interface Opened extends AutoCloseable {

    /** What it runs on, for people. */
    String device();

    /** Threads that work on one run. */
    int threads();

    /** What it needs for a run. */
    List<ValueInfo> inputs();

    /** Runs once and waits for the end; the outputs are made and dropped. */
    void run(Map<String, Tensor> inputs);

    /** Takes what time it needs to become fast on such inputs, where the engine can. */
    default void tune(Map<String, Tensor> inputs) {}

    /** Bytes of weights in every form held while running; −1 where the engine does not tell. */
    long residentWeightBytes();

    /** Bytes of activations and scratch; −1 where the engine does not tell. */
    long workspaceBytes();

    @Override
    void close();
  }
}
