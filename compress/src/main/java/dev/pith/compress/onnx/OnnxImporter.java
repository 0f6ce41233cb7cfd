package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphVerifier;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads ONNX models: operator sets 7 and newer, weights in any type Pith has, in the file or beside
 * it. Stateless, thread-safe.
 *
 * <p>The graph computes what the file says, node by node; nothing is optimized except that weights
 * are put in Pith's order. Initializers that are also inputs are constants; functions are inlined;
 * bodies of control-flow nodes become graphs that get outer values as inputs.
 */
public final class OnnxImporter {

  private static final long OLDEST_OPSET = 7;

  private OnnxImporter() {}

  /**
   * The graph in {@code file}.
   *
   * @throws OnnxImportException if the file is damaged or no ONNX model, if weights are missing or
   *     not finite, or if nodes are not supported: then the message names all of them
   * @throws IOException if the file cannot be read
   */
  public static Graph read(Path file) throws IOException {
    ModelProto model = OnnxReader.readModel(file);
    return read(model, file.toAbsolutePath().getParent(), file.toString());
  }

  /**
   * The graph of a model in memory.
   *
   * @param folder where external data files are; {@code null} if none are allowed
   * @param source how messages name the model
   * @throws OnnxImportException as {@link #read(Path)} does
   */
  public static Graph read(ModelProto model, Path folder, String source) {
    ImportContext context = new ImportContext(model, folder);
    Long opset = context.opsets().get(OnnxOp.ONNX);
    if (opset != null && opset < OLDEST_OPSET) {
      throw new OnnxImportException(
          source
              + " uses operator set "
              + opset
              + "; Pith reads "
              + OLDEST_OPSET
              + " and newer: convert the model with ONNX's version converter");
    }
    reserve(model.getGraph(), context);
    Graph graph = new GraphImport(context, null, context.opsets()).run(model.getGraph());
    if (!context.refusals().isEmpty()) {
      throw new OnnxImportException(source, context.refusals());
    }
    GraphVerifier.verify(graph, "import of " + source);
    return graph;
  }

  /** Keeps the model's own names, those of nested graphs too, from being given to new values. */
  private static void reserve(GraphProto graph, ImportContext context) {
    graph.getInputList().forEach(input -> context.names().add(input.getName()));
    graph.getInitializerList().forEach(tensor -> context.names().add(tensor.getName()));
    for (NodeProto node : graph.getNodeList()) {
      context.names().addAll(node.getOutputList());
      node.getAttributeList().stream()
          .filter(attribute -> attribute.hasG())
          .forEach(attribute -> reserve(attribute.getG(), context));
    }
  }
}
