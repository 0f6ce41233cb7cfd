package dev.pith.runtime.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.WriteOptions.EntropyCoding;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpCodec;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.Ops;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRoundTripTest {

  private static final Provenance PROVENANCE =
      new Provenance("pith 1", "prune: 0.9\n", "ab".repeat(32), -7, Map.of("top1", "0.991"));

  @TempDir Path folder;

  private Path write(Graph graph, WriteOptions options) throws IOException {
    Path path = folder.resolve("model.pith");
    ModelWriter.write(path, graph, PROVENANCE, options);
    return path;
  }

  /** Checks that both graphs say the same and their constants have the same bytes. */
  static void assertSame(Graph expected, Graph actual) {
    assertEquals(expected.name(), actual.name());
    assertEquals(expected.inputs(), actual.inputs());
    assertEquals(expected.outputs(), actual.outputs());
    assertEquals(
        List.copyOf(expected.constants().keySet()), List.copyOf(actual.constants().keySet()));
    expected.constants().forEach((name, value) -> assertSame(value, actual.constants().get(name)));
    assertEquals(expected.nodes().size(), actual.nodes().size());
    for (int i = 0; i < expected.nodes().size(); i++) {
      Node node = expected.nodes().get(i);
      Node other = actual.nodes().get(i);
      assertEquals(node.name(), other.name());
      assertEquals(node.inputs(), other.inputs());
      assertEquals(node.outputs(), other.outputs());
      assertEquals(node.op().getClass(), other.op().getClass());
      assertSameValue(
          OpCodec.attributes((Record) node.op()), OpCodec.attributes((Record) other.op()));
    }
  }

  private static void assertSameValue(Object expected, Object actual) {
    if (expected instanceof Graph graph) {
      assertSame(graph, (Graph) actual);
    } else if (expected instanceof Map<?, ?> map) {
      assertEquals(map.keySet(), ((Map<?, ?>) actual).keySet());
      map.forEach((name, value) -> assertSameValue(value, ((Map<?, ?>) actual).get(name)));
    } else if (expected instanceof List<?> list) {
      assertEquals(list.size(), ((List<?>) actual).size());
      for (int i = 0; i < list.size(); i++) {
        assertSameValue(list.get(i), ((List<?>) actual).get(i));
      }
    } else {
      assertEquals(expected, actual);
    }
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertEquals(expected.toString(), actual.toString());
    assertEquals(expected.layout(), actual.layout());
    assertEquals(expected.quantization(), actual.quantization());
    for (int i = 0; i < expected.components().size(); i++) {
      assertEquals(-1, expected.component(i).mismatch(actual.component(i)), "component " + i);
    }
  }

  /** Every operation there is, each with attributes made up for its components. */
  static Graph everyOperation(int depth) {
    List<Node> nodes = new ArrayList<>();
    for (Class<? extends Record> type : Ops.ALL) {
      nodes.add(
          new Node(
              "node " + nodes.size(),
              SampleAttributes.op(type, depth),
              List.of("x", "", "ж" + nodes.size()),
              List.of("y" + nodes.size(), "")));
    }
    return new Graph(
        "every operation",
        List.of(new ValueInfo("x", DType.F32, List.of(Dim.symbol("N"), Dim.of(0), Dim.symbol("")))),
        List.of(new ValueInfo("y1", null, null), new ValueInfo("y0", DType.BOOL, List.of())),
        nodes,
        Map.of());
  }

  @Test
  void everyOperationSurvives() throws IOException {
    Graph graph = everyOperation(0);
    try (Arena arena = Arena.ofShared()) {
      ModelFile read = ModelReader.read(write(graph, WriteOptions.DEFAULTS), arena);
      read.verify();
      assertSame(graph, read.graph());
      assertEquals(PROVENANCE, read.provenance());
    }
  }

  /** Every layout, type and kind of quantization. */
  static Graph everyTensor(int rows) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Layout layout : Layouts.ALL) {
      Tensor dense = SampleGraphs.weights(4, 0.9, 3, 6, 40);
      if (!layout.name().contains("nm")) {
        constants.put(layout.name(), layout.encode(dense, Arena.ofAuto()));
      }
    }
    for (DType dtype : DType.values()) {
      long bytes = dtype.byteSize(15);
      byte[] values = new byte[(int) bytes];
      java.util.Arrays.fill(values, (byte) (dtype == DType.BOOL ? 1 : 37));
      constants.put("dense " + dtype, Tensor.ofBytes(dtype, values, 3, 5));
    }
    constants.put("scalar", Tensor.scalar(3L));
    constants.put("empty", Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(0, 4)));
    constants.put(
        "per group",
        SampleGraphs.weights(5, 0, 9, 2, 8)
            .withQuantization(
                new Quantization.Affine(1, 4, List.of(0.5f, 0.25f, 1f, 2f), List.of(1, -2, 3, 0))));
    constants.put(
        "per tensor",
        SampleGraphs.weights(6, 0, 9, rows, 800).withQuantization(Quantization.perTensor(0.1f, 3)));
    constants.put("again", constants.get("per tensor"));
    return new Graph("", List.of(), List.of(), List.of(), constants);
  }

  @Test
  void everyTensorSurvivesEveryCoding() throws IOException {
    Graph graph = everyTensor(200);
    for (EntropyCoding coding : EntropyCoding.values()) {
      Path path = write(graph, WriteOptions.DEFAULTS.withEntropyCoding(coding));
      try (Arena arena = Arena.ofShared()) {
        ModelFile read = ModelReader.read(path, arena);
        read.verify();
        assertSame(graph, read.graph());
        assertEquals(
            read.graph().constants().get("again"), read.graph().constants().get("per tensor"));
        assertEquals(Files.size(path), read.fileBytes());
        assertEquals(coding == EntropyCoding.NEVER, read.decodedBytes() == 0);
      }
    }
  }

  @Test
  void theSameGraphGivesTheSameBytes() throws IOException {
    WriteOptions options =
        WriteOptions.DEFAULTS.withGolden(GoldenRun.record(SampleGraphs.lenet(), 4));
    byte[] first = Files.readAllBytes(write(SampleGraphs.lenet(), options));
    Path path = write(SampleGraphs.lenet(), options);
    assertArrayEquals(first, Files.readAllBytes(path));
    try (Arena arena = Arena.ofShared()) {
      ModelFile read = ModelReader.read(path, arena);
      Path again = folder.resolve("again.pith");
      ModelWriter.write(again, read.graph(), read.provenance(), options.withGolden(read.golden()));
      assertArrayEquals(first, Files.readAllBytes(again));
    }
  }

  @Test
  void aLenetIsFortyTimesSmallerThanItsFloats() throws IOException {
    Graph graph = SampleGraphs.lenet();
    long floats = 0;
    for (Tensor constant : graph.constants().values()) {
      floats += 4 * constant.shape().elementCount();
    }
    Path path = write(graph, WriteOptions.DEFAULTS.withGolden(GoldenRun.record(graph, 1)));
    long bytes = Files.size(path);
    assertTrue(floats >= 40 * bytes, floats + " bytes of floats, " + bytes + " in the file");
    long header = headerBytes(path);
    assertTrue(header < 2048, "the header has " + header + " bytes");
    System.Logger logger = System.getLogger(getClass().getName());
    logger.log(System.Logger.Level.INFO, "LeNet: {0} bytes, header {1}", bytes, header);
  }

  private static long headerBytes(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    return ModelFormat.PREFIX
        + java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(12);
  }

  @Test
  void goldenVectorsAreVerifiedOnEveryKindOfKernel() throws IOException {
    Graph graph = SampleGraphs.lenet();
    Path path = write(graph, WriteOptions.DEFAULTS.withGolden(GoldenRun.record(graph, 99)));
    try (Model model = Model.load(path)) {
      assertNotNull(model.golden());
      for (int bits : new int[] {0, 128, 256}) {
        SessionOptions options = SessionOptions.defaults().withVectorBits(bits).withThreads(2);
        try (Session session = model.newSession(options)) {
          assertEquals(List.of(), GoldenRun.check(model, session));
          assertEquals(Files.size(path), session.receipt().fileBytes());
          assertTrue(session.receipt().workspaceBytes() > 0);
          assertTrue(session.receipt().decodedBytes() > 0);
        }
      }
    }
    Graph other = graph.withConstants(changedBias(graph));
    ModelWriter.write(
        path, other, PROVENANCE, WriteOptions.DEFAULTS.withGolden(GoldenRun.record(graph, 99)));
    try (Model model = Model.load(path);
        Session session = model.newSession(SessionOptions.defaults())) {
      assertEquals(1, GoldenRun.check(model, session).size());
    }
  }

  private static Map<String, Tensor> changedBias(Graph graph) {
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
    int[] bias = new int[10];
    bias[3] = 100000;
    constants.put("ip2_b", Tensor.of(bias, 10));
    return constants;
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path missing = folder.resolve("no such folder").resolve("model.pith");
    assertThrows(
        IOException.class, () -> ModelWriter.write(missing, SampleGraphs.lenet(), PROVENANCE));
    Path occupied = Files.createDirectory(folder.resolve("occupied.pith"));
    Files.writeString(occupied.resolve("file"), "kept");
    assertThrows(
        IOException.class, () -> ModelWriter.write(occupied, SampleGraphs.lenet(), PROVENANCE));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(occupied), files.toList());
    }
    assertThrows(IOException.class, () -> Model.load(missing));
  }
}
