package dev.pith.runtime;

import dev.pith.runtime.device.WeightPool;
import dev.pith.runtime.format.CorruptModelException;
import dev.pith.runtime.format.Golden;
import dev.pith.runtime.format.ModelFile;
import dev.pith.runtime.format.ModelReader;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphVerifier;
import dev.pith.runtime.graph.InvalidGraphException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * A network ready to be run: graph and weights. Immutable and safe for use from many threads.
 *
 * <p>Closing the model releases the mapped file; sessions must be closed before. A loaded file is
 * checked in two steps: {@link #load} checks its description and touches nothing else, {@link
 * #verify} the weights; {@link #newSession} does the latter the first time. Whoever reads weights
 * through {@link #graph} without opening a session calls {@link #verify} first.
 */
public final class Model implements AutoCloseable {

  private final Graph graph;
  private final ModelFile file;
  private final Arena arena;

  /** What sessions share. */
  private final WeightPool pool;

  private volatile boolean verified;

  private Model(Graph graph, ModelFile file, Arena arena) {
    this.graph = graph;
    this.file = file;
    this.arena = arena;
    this.pool = new WeightPool(graph.constants().values());
  }

  /** A model over a graph in memory; the constants' memory stays with whoever owns it. */
  public static Model of(Graph graph) {
    return new Model(graph, null, null);
  }

  /**
   * Opens a {@code .pith} file: maps it, reads its description, and decodes what is entropy coded.
   *
   * @throws IOException if the file cannot be read
   * @throws CorruptModelException if it is no model file or damaged
   * @throws dev.pith.runtime.format.ModelVersionException if it needs another release
   */
  public static Model load(Path path) throws IOException {
    Backends.anticipate();
    Arena arena = Arena.ofShared();
    try {
      ModelFile file = ModelReader.read(path, arena);
      GraphVerifier.verify(file.graph(), "load");
      Model model = new Model(file.graph(), file, arena);
      arena = null;
      return model;
    } catch (InvalidGraphException e) {
      throw new CorruptModelException("graph", 0, e.getMessage(), e);
    } finally {
      if (arena != null) {
        arena.close();
      }
    }
  }

  /** The network. */
  public Graph graph() {
    return graph;
  }

  /** How the model was made; {@link Provenance#NONE} for a graph in memory. */
  public Provenance provenance() {
    return file == null ? Provenance.NONE : file.provenance();
  }

  /** The golden vectors stored with the model, or {@code null}. */
  public Golden golden() {
    return file == null ? null : file.golden();
  }

  /** Bytes of the whole file; 0 for a graph in memory. */
  public long fileBytes() {
    return file == null ? 0 : file.fileBytes();
  }

  /** Bytes of memory that hold weights which are entropy coded in the file. */
  public long decodedBytes() {
    return file == null ? 0 : file.decodedBytes();
  }

  /** Bytes of repacked weights that open sessions share. */
  public long sharedBytes() {
    return pool.byteSize();
  }

  /**
   * Compares all data with its checksums and checks every index and offset of compressed weights;
   * does so once.
   *
   * @throws CorruptModelException at the first that is wrong
   */
  public void verify() {
    if (file != null && !verified) {
      file.verify();
      verified = true;
    }
  }

  /**
   * Opens a session on a device. Sessions on the CPU share the forms of weights that its kernels
   * make for themselves, as long as one of them is open.
   *
   * @throws dev.pith.runtime.device.BackendUnavailableException if the options name a device that
   *     is not there
   * @throws CorruptModelException if the weights are damaged
   */
  public Session newSession(SessionOptions options) {
    verify();
    return new Session(this, Backends.open(options, pool));
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
