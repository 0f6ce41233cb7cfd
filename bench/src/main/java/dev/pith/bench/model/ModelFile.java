package dev.pith.bench.model;

import dev.pith.bench.OrtEngine;
import dev.pith.compress.export.OnnxExporter;
import dev.pith.compress.measure.Engine;
import dev.pith.compress.measure.PithEngine;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A network in a temporary file of the engine that opens it; closing deletes the file. Immutable.
 *
 * @param path the file
 * @param engine what opens it
 * @param inputs what it is run on
 */
public record ModelFile(Path path, Engine engine, Map<String, Tensor> inputs)
    implements AutoCloseable {

  /**
   * The network as a {@code .pith} file.
   *
   * @param anyBatch whether the batch must be open
   */
  public static ModelFile pith(Networks network, Variant variant, Path data, boolean anyBatch)
      throws IOException {
    Graph graph = network.load(data, anyBatch);
    Path file = Files.createTempFile("pith-bench", ".pith");
    ModelWriter.write(file, variant.of(graph, network.shapes(1)), Provenance.NONE);
    return new ModelFile(file, new PithEngine(), Variant.inputs(graph, 1, network.shapes(1)));
  }

  /**
   * The network as an {@code .onnx} file for the peer.
   *
   * @param anyBatch whether the batch must be open
   */
  public static ModelFile ort(Networks network, Variant variant, Path data, boolean anyBatch)
      throws IOException {
    Graph graph = network.load(data, anyBatch);
    Path file = Files.createTempFile("pith-bench", ".onnx");
    OnnxExporter.write(variant.of(graph, network.shapes(1)), file);
    return new ModelFile(file, new OrtEngine(), Variant.inputs(graph, 1, network.shapes(1)));
  }

  /** Opens the file, computes one result, and closes it. */
  public void openAndRun(int threads) {
    try (Engine.Opened opened = engine.open(path, "cpu", threads)) {
      opened.run(inputs);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
