package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pith.compress.data.Npy;
import dev.pith.kernels.Activation;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Linear;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder with small models and arrays, good and bad, and a way to run commands in it. */
class CommandContract {

  @TempDir Path folder;

  /** What a command did. */
  record Ran(int code, String out, String err) {}

  static Ran pith(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 0, false);
    int code = Main.run(terminal, List.of(), args);
    return new Ran(code, out.toString(), err.toString());
  }

  /** Runs a command with {@code DIR} in its words replaced by the folder. */
  Ran here(String command) {
    return pith(command.replace("DIR", folder.toString()).split(" "));
  }

  JsonNode json(String command) throws IOException {
    Ran ran = here(command);
    assertEquals(0, ran.code, ran.err);
    return new ObjectMapper().readTree(ran.out);
  }

  /** Two classes: the scores are x0 and {@code second}·x1 of four values. */
  static Graph network(float second) {
    Tensor weight = Tensor.of(new float[] {1, 0, 0, 0, 0, second, 0, 0}, 2, 4);
    return new Graph(
        "chooser",
        List.of(new ValueInfo("x", DType.F32, List.of(Dim.symbol("n"), Dim.of(4)))),
        List.of(new ValueInfo("scores", DType.F32, List.of(Dim.symbol("n"), Dim.of(2)))),
        List.of(new Node("choose", linear(), List.of("x", "w"), List.of("scores"))),
        Map.of("w", weight));
  }

  private static Linear linear() {
    return new Linear(Activation.NONE);
  }

  @BeforeEach
  void makeFiles() throws IOException {
    Provenance provenance =
        new Provenance("test", "quantize: int8\n", "", 3, Map.of("accuracy_after", "0.5"));
    ModelWriter.write(folder.resolve("a.pith"), network(1), provenance);
    ModelWriter.write(folder.resolve("b.pith"), network(-1), provenance);
    Npy.write(folder.resolve("x.npy"), Tensor.of(new float[] {1, 0, 0, 0, 0, 1, 0, 0}, 2, 4));
    Npy.write(folder.resolve("y.npy"), Tensor.of(new int[] {0, 1}, 2));
    Npy.write(folder.resolve("wide.npy"), Tensor.of(new float[10], 2, 5));
    Npy.write(folder.resolve("whole.npy"), Tensor.of(new long[8], 2, 4));
    Npy.write(folder.resolve("far.npy"), Tensor.of(new int[] {0, 7}, 2));
    Files.writeString(folder.resolve("text.onnx"), "this is no model");
    Files.writeString(folder.resolve("text.pith"), "this is no model");
    Files.writeString(folder.resolve("kept"), "as it was");
    byte[] whole = Files.readAllBytes(folder.resolve("a.pith"));
    Files.write(folder.resolve("cut.pith"), Arrays.copyOf(whole, whole.length / 2));
    Files.createDirectory(folder.resolve("out"));
  }

  Set<String> names() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new TreeSet<>(all.map(path -> folder.relativize(path).toString()).toList());
    }
  }
}
