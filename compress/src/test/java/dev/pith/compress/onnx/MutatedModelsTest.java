package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models run or are refused with a message of ours; nothing else ever happens. */
class MutatedModelsTest {

  private static final int EVERY = 8;
  private static final long SEED = 1;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void damagedModelsRunOrAreRefused() throws IOException {
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "pith.data is not set");
    TarArchive.unpack(Path.of(data, "onnx-node-tests.tar.gz"), folder);
    List<Path> models;
    try (Stream<Path> files = Files.walk(folder)) {
      models = files.filter(file -> file.endsWith("model.onnx")).sorted().toList();
    }
    ModelMutation mutation = new ModelMutation(SEED);
    int ran = 0;
    for (int i = 0; i < models.size(); i += EVERY) {
      Path file = models.get(i);
      byte[] bytes = Files.readAllBytes(file);
      Path damaged = file.resolveSibling("damaged.onnx");
      Files.write(damaged, mutation.ofBytes(bytes));
      ran += runs(damaged, file) ? 1 : 0;
      Files.write(damaged, mutation.of(ModelProto.parseFrom(bytes)).toByteArray());
      ran += runs(damaged, file) ? 1 : 0;
    }
    assertTrue(ran > 0 && ran < models.size(), ran + " of " + models.size());
  }

  /** Whether the damage does not matter; {@code original} is the whole model with its inputs. */
  private boolean runs(Path damaged, Path original) throws IOException {
    try {
      Graph graph = Pipeline.standard().run(OnnxImporter.read(damaged));
      try (Model model = Model.of(graph);
          Session session =
              model.newSession(SessionOptions.defaults().withDevice("cpu").withThreads(1))) {
        session.run(inputs(graph, original));
      }
      return true;
    } catch (OnnxImportException
        | InvalidGraphException
        | OutOfDeviceMemoryException
        | NumberFormatException e) {
      return said(damaged, e, !(e instanceof NumberFormatException));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // On purpose, by a class of ours, never by the JDK.
      return said(damaged, e, e.getStackTrace()[0].getClassName().startsWith("dev.pith."));
    } catch (RuntimeException | OutOfMemoryError e) {
      return fail(kept(damaged) + " was not refused properly", e);
    }
  }

  private boolean said(Path damaged, RuntimeException e, boolean isOurs) throws IOException {
    if (!isOurs || e.getMessage() == null || e.getMessage().isBlank()) {
      fail(kept(damaged) + " was refused without a message of ours", e);
    }
    return false;
  }

  /** A copy that outlives the test. */
  private static Path kept(Path damaged) throws IOException {
    Path copy = Files.createTempFile("damaged", ".onnx");
    return Files.write(copy, Files.readAllBytes(damaged));
  }

  private static Map<String, Tensor> inputs(Graph graph, Path original) throws IOException {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      Path file = original.resolveSibling("test_data_set_0/input_" + i + ".pb");
      if (Files.exists(file)) {
        inputs.put(
            graph.inputs().get(i).name(), new OnnxTensors(null).read(OnnxReader.readTensor(file)));
      }
    }
    return inputs;
  }
}
