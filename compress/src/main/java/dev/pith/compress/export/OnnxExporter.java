package dev.pith.compress.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a graph as an ONNX model (opset {@value #OPSET}): weights dense with their zeros in place,
 * quantized layers as DequantizeLinear, operation, QuantizeLinear. Stateless, thread-safe.
 *
 * <p>Engines that multiply U8 by I8 with saturating 16-bit sums (x86 without VNNI) must be told not
 * to; for ONNX Runtime that is the session entry {@code session.x64quantprecision = 1}.
 */
public final class OnnxExporter {

  /** Version of ONNX's operators that is written. */
  public static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  private static final Map<Class<?>, ExportRule> RULES =
      Stream.of(LayerExport.ALL, QuantizedExport.ALL, FunctionExport.ALL, MovementExport.ALL)
          .flatMap(List::stream)
          .collect(Collectors.toMap(ExportRule::type, Function.identity()));

  private OnnxExporter() {}

  /** Whether nodes with this operation can be written, at least with some attributes. */
  public static boolean supports(Class<? extends Op> type) {
    return RULES.containsKey(type);
  }

  /**
   * Writes the model; the file appears whole or not at all, and replaces one that is there.
   *
   * @throws OnnxExportException if ONNX cannot express a node; it names all such nodes
   * @throws IOException if the file cannot be written
   */
  public static void write(Graph graph, Path target) throws IOException {
    ModelProto model = model(graph);
    Path absolute = target.toAbsolutePath();
    Path beside = Files.createTempFile(absolute.getParent(), absolute.getFileName() + ".", ".part");
    try {
      try (OutputStream out = Files.newOutputStream(beside)) {
        model.writeTo(out);
      }
      Files.move(
          beside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** The bytes of the model. */
  public static byte[] toBytes(Graph graph) {
    return model(graph).toByteArray();
  }

  private static ModelProto model(Graph graph) {
    GraphProto.Builder proto = GraphProto.newBuilder();
    proto.setName(graph.name().isEmpty() ? "graph" : graph.name());
    ExportContext context = new ExportContext(graph, proto);
    List<String> refused = new ArrayList<>();
    for (Node node : graph.nodes()) {
      String reason = write(node, context);
      if (reason != null) {
        refused.add(node.name() + " (" + node.op().name() + "): " + reason);
      }
    }
    if (!refused.isEmpty()) {
      throw new OnnxExportException(refused);
    }
    graph.inputs().forEach(input -> proto.addInput(declared(input, input.dtype())));
    for (ValueInfo output : graph.outputs()) {
      context.use(output.name());
      DType dtype = output.dtype() == null ? context.dtype(output.name()) : output.dtype();
      proto.addOutput(declared(output, dtype));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("pith")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(proto)
        .build();
  }

  private static String write(Node node, ExportContext context) {
    ExportRule rule = RULES.get(node.op().getClass());
    return rule == null ? "ONNX has no such operation" : rule.write().apply(node, context);
  }

  private static ValueInfoProto declared(ValueInfo value, DType dtype) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder();
    if (dtype != null) {
      type.setElemType(ExportContext.number(dtype));
    }
    if (value.dims() != null) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (Dim dim : value.dims()) {
        TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
        if (dim.isKnown()) {
          extent.setDimValue(dim.size());
        } else if (!dim.symbol().isEmpty()) {
          extent.setDimParam(dim.symbol());
        }
      }
      type.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
