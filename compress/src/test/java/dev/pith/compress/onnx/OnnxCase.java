package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.plan.NoKernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One folder of an ONNX operator test: {@code model.onnx} and data sets of inputs and expected
 * outputs.
 */
record OnnxCase(Path folder) {

  /** One thread of the CPU, kernels in the order of their lists. */
  static final SessionOptions CPU =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(1)
          .withSelection(KernelSelection.PREFERRED);

  enum Outcome {
    PASSED,
    REFUSED,
    WRONG
  }

  /**
   * What became of a test.
   *
   * @param outcome passed, refused with a message, or wrong
   * @param reason why it did not pass
   */
  record Verdict(Outcome outcome, String reason) {}

  String name() {
    return folder.getFileName().toString();
  }

  /** Imports the model, changes it by {@code passes}, runs it, and compares its outputs. */
  Verdict run(SessionOptions options, UnaryOperator<Graph> passes) throws IOException {
    try {
      Graph graph = passes.apply(OnnxImporter.read(folder.resolve("model.onnx")));
      List<Path> sets = dataSets();
      if (sets.isEmpty()) {
        return new Verdict(Outcome.WRONG, "there is no test_data_set folder in " + folder);
      }
      try (Model model = Model.of(graph);
          Session session = model.newSession(options)) {
        for (Path set : sets) {
          String difference = difference(graph, session, set);
          if (!difference.isEmpty()) {
            return new Verdict(Outcome.WRONG, set.getFileName() + ": " + difference);
          }
        }
      }
      return new Verdict(Outcome.PASSED, "");
    } catch (OnnxImportException | NoKernelException | InvalidGraphException e) {
      return new Verdict(Outcome.REFUSED, e.getMessage());
    } catch (RuntimeException e) {
      StackTraceElement[] trace = e.getStackTrace();
      return new Verdict(Outcome.WRONG, e + (trace.length > 0 ? " at " + trace[0] : ""));
    }
  }

  private List<Path> dataSets() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("test_data_set"))
          .sorted()
          .toList();
    }
  }

  private static String difference(Graph graph, Session session, Path set) throws IOException {
    List<TensorProto> given = tensors(set, "input_");
    List<TensorProto> expected = tensors(set, "output_");
    OnnxTensors reader = new OnnxTensors(set);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size() && i < given.size(); i++) {
      inputs.put(graph.inputs().get(i).name(), reader.read(given.get(i)));
    }
    List<Tensor> outputs = new ArrayList<>(session.run(inputs).values());
    if (outputs.size() < expected.size()) {
      return outputs.size() + " outputs; expected are " + expected.size();
    }
    for (int i = 0; i < expected.size(); i++) {
      String difference = Closeness.difference(outputs.get(i), reader.read(expected.get(i)));
      if (!difference.isEmpty()) {
        return "output " + graph.outputNames().get(i) + " " + difference;
      }
    }
    return "";
  }

  /** The tensors in files {@code prefix0.pb}, {@code prefix1.pb} …, in order. */
  private static List<TensorProto> tensors(Path set, String prefix) throws IOException {
    Map<Integer, TensorProto> tensors = new TreeMap<>();
    try (Stream<Path> files = Files.list(set)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix) && name.endsWith(".pb")) {
          int number = Integer.parseInt(name.substring(prefix.length(), name.length() - 3));
          tensors.put(number, OnnxReader.readTensor(file));
        }
      }
    }
    return List.copyOf(tensors.values());
  }
}
