package dev.pith.compress.cli;

import dev.pith.compress.data.Preprocess;
import dev.pith.compress.measure.ModelFiles;
import dev.pith.runtime.Model;
import dev.pith.runtime.format.Provenance;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model file as commands see it: {@code .pith} mapped, {@code .onnx} imported in memory.
 *
 * @param path the file as given
 * @param model the model; closed with this
 */
record OpenModel(Path path, Model model) implements AutoCloseable {

  /** Name of the fact that remembers how samples were made into inputs. */
  static final String PREPROCESS = "preprocess";

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   */
  static OpenModel open(Path file) throws IOException {
    return new OpenModel(file, ModelFiles.open(file));
  }

  /** How the file was made; nothing for ONNX. */
  Provenance provenance() {
    return model.provenance();
  }

  /** The preprocess settings the file remembers; none if it has none. */
  Preprocess preprocess() {
    return Preprocess.parse(provenance().facts().getOrDefault(PREPROCESS, ""));
  }

  @Override
  public void close() {
    model.close();
  }
}
