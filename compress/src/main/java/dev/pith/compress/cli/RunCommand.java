package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.pith.compress.data.ImageFiles;
import dev.pith.compress.data.Npy;
import dev.pith.compress.data.Npz;
import dev.pith.compress.data.Preprocess;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Session;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith run}: one run of a model on given inputs. */
@Command(
    name = "run",
    description = "Runs a model once and writes its outputs.",
    footer = {
      "",
      "Inputs are .npy arrays, all arrays of one .npz by name, or an image, which the preprocess",
      "settings of the file (or of --preprocess) turn into an array. Examples:",
      "  pith run net.pith --input x=x.npy --output out",
      "  pith run net.pith --input all.npz --output out.npz",
      "  pith run net.onnx --input photo.jpg --preprocess \"resize=256&crop=224&channels=bgr\""
    })
final class RunCommand extends CliCommand {

  private static final int SHOWN = 5;

  @Parameters(paramLabel = "FILE", description = "Model, .pith or .onnx.")
  private Path file;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "[NAME=]FILE",
      description = "Input as .npy, .npz or an image; the name may be left out for the only input.")
  private List<String> inputs;

  @Option(
      names = "--output",
      paramLabel = "DIR|FILE.npz",
      description = "Folder for one .npy for each output, or an .npz for all; else they are shown.")
  private Path output;

  @Option(names = "--preprocess", paramLabel = "SETTINGS", description = "For images, as in DATA.")
  private String preprocess;

  @Mixin private SessionOption on;

  @Option(names = "--force", description = "Replace files that exist.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  int run() throws IOException {
    boolean toNpz = output != null && output.toString().endsWith(".npz");
    OutputFile npz = toNpz ? OutputFile.of(output, force) : null;
    if (output != null && !toNpz && !Files.isDirectory(output)) {
      throw new IllegalArgumentException(
          "there is no folder " + output + " to write to; create it");
    }
    try (OpenModel opened = OpenModel.open(file)) {
      Graph graph = opened.model().graph();
      Map<String, OutputFile> npys = output != null && !toNpz ? targets(graph) : Map.of();
      Map<String, Tensor> values = values(graph, opened.preprocess());
      Map<String, Tensor> results;
      try (Session session = opened.model().newSession(on.options())) {
        results = session.run(values);
      }
      if (npz != null) {
        npz.write(beside -> Npz.write(beside, results));
      }
      for (Map.Entry<String, OutputFile> npy : npys.entrySet()) {
        npy.getValue().write(beside -> Npy.write(beside, results.get(npy.getKey())));
      }
      show(results);
    }
    return Failures.DONE;
  }

  private Map<String, OutputFile> targets(Graph graph) {
    Map<String, OutputFile> targets = new LinkedHashMap<>();
    List<String> used = new ArrayList<>();
    for (String name : graph.outputNames()) {
      String plain = fileName(name);
      String unique = plain;
      for (int i = 2; used.contains(unique); i++) {
        unique = plain + "_" + i;
      }
      used.add(unique);
      targets.put(name, OutputFile.of(output.resolve(unique + ".npy"), force));
    }
    return targets;
  }

  /** The output's name with characters that files may not have replaced. */
  static String fileName(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.isEmpty() || plain.startsWith(".") ? "_" + plain : plain;
  }

  private Map<String, Tensor> values(Graph graph, Preprocess remembered) throws IOException {
    Preprocess images = preprocess == null ? remembered : Preprocess.parse(preprocess);
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (String text : inputs) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? onlyInput(graph, text) : text.substring(0, equals);
      Path source = Path.of(text.substring(equals + 1));
      String kind = source.toString().toLowerCase(Locale.ROOT);
      Map<String, Tensor> given =
          kind.endsWith(".npz")
              ? Npz.read(source)
              : kind.endsWith(".npy")
                  ? Map.of(name, Npy.read(source))
                  : Map.of(name, batched(graph, name, images.apply(ImageFiles.read(source))));
      given.forEach(
          (input, value) -> {
            if (values.put(input, value) != null) {
              throw new IllegalArgumentException("input " + input + " is given twice");
            }
          });
    }
    return values;
  }

  private static String onlyInput(Graph graph, String text) {
    if (graph.inputs().size() != 1 && !text.endsWith(".npz")) {
      throw new IllegalArgumentException(
          "the model has the inputs " + graph.inputs() + "; write --input NAME=" + text);
    }
    return graph.inputs().isEmpty() ? "" : graph.inputs().get(0).name();
  }

  /** The image with a batch axis in front where the input has one. */
  private static Tensor batched(Graph graph, String name, Tensor image) {
    for (ValueInfo input : graph.inputs()) {
      if (input.name().equals(name)
          && (input.dims() == null || input.dims().size() == image.shape().rank() + 1)) {
        long[] dims = new long[image.shape().rank() + 1];
        dims[0] = 1;
        System.arraycopy(image.shape().dims(), 0, dims, 1, dims.length - 1);
        return image.reshaped(dev.pith.kernels.tensor.Shape.of(dims));
      }
    }
    return image;
  }

  private void show(Map<String, Tensor> results) throws IOException {
    if (json) {
      printJson(out -> writeJson(out, results));
      return;
    }
    Table table = new Table("OUTPUT", "TYPE", "SHAPE", "MIN", "MAX", "LARGEST AT");
    results.forEach(
        (name, value) -> {
          List<Integer> top = top(value);
          boolean empty = top.isEmpty();
          table.row(
              name,
              value.dtype(),
              value.shape(),
              empty ? "-" : Units.digits(min(value)),
              empty ? "-" : Units.digits(value.getDouble(top.get(0))),
              empty ? "-" : top.toString());
        });
    print(table);
  }

  private static void writeJson(JsonGenerator out, Map<String, Tensor> results) throws IOException {
    out.writeArrayFieldStart("outputs");
    for (Map.Entry<String, Tensor> result : results.entrySet()) {
      Tensor value = result.getValue();
      out.writeStartObject();
      out.writeStringField("name", result.getKey());
      out.writeStringField("dtype", value.dtype().toString());
      out.writeFieldName("shape");
      out.writeArray(value.shape().dims(), 0, value.shape().rank());
      out.writeArrayFieldStart("top");
      for (int index : top(value)) {
        out.writeStartObject();
        out.writeNumberField("index", index);
        out.writeNumberField("value", value.getDouble(index));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static double min(Tensor value) {
    double min = Double.POSITIVE_INFINITY;
    for (long i = 0; i < value.shape().elementCount(); i++) {
      min = Math.min(min, value.getDouble(i));
    }
    return min;
  }

  /** Flat indices of the largest elements, largest first, at most five. */
  private static List<Integer> top(Tensor value) {
    List<Integer> top = new ArrayList<>();
    for (int i = 0; i < Math.toIntExact(value.shape().elementCount()); i++) {
      int at = top.size();
      while (at > 0 && value.getDouble(i) > value.getDouble(top.get(at - 1))) {
        at--;
      }
      if (at < SHOWN) {
        top.add(at, i);
        if (top.size() > SHOWN) {
          top.remove(SHOWN);
        }
      }
    }
    return top;
  }
}
