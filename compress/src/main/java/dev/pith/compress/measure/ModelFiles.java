package dev.pith.compress.measure;

import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.runtime.Model;
import dev.pith.runtime.format.CorruptModelException;
import dev.pith.runtime.format.ModelVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Opens model files of both kinds. */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Opens a {@code .pith} file, or imports a file whose name ends in {@code .onnx} in memory.
   *
   * @throws IOException if there is no such file, or it cannot be read
   * @throws dev.pith.compress.onnx.OnnxImportException if it is no ONNX model that Pith can run
   * @throws dev.pith.runtime.format.CorruptModelException if it is no {@code .pith} file, or
   *     damaged
   */
  public static Model open(Path file) throws IOException {
    return isOnnx(file) ? Model.of(Pipeline.standard().run(OnnxImporter.read(file))) : load(file);
  }

  /**
   * Opens a {@code .pith} file and checks all of it.
   *
   * @throws IOException if there is no such file, it cannot be read, or it is damaged; the message
   *     names the file
   */
  public static Model load(Path file) throws IOException {
    Model model = null;
    boolean whole = false;
    try {
      model = Model.load(file);
      model.verify();
      whole = true;
      return model;
    } catch (CorruptModelException | ModelVersionException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    } finally {
      if (model != null && !whole) {
        model.close();
      }
    }
  }

  /**
   * Whether {@code file} is to be imported.
   *
   * @throws IOException if there is no such file
   */
  public static boolean isOnnx(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; a model file is needed");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }
}
