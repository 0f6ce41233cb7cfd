package dev.pith.runtime.graph.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlFlowTest {

  private static ValueInfo value(String name) {
    return new ValueInfo(name, DType.I64, List.of(Dim.of(2)));
  }

  private static Node add(String a, String b, String y) {
    return new Node(y, new Binary(BinaryFunction.ADD), List.of(a, b), List.of(y));
  }

  private static Graph graph(List<String> inputs, List<String> outputs, Node... nodes) {
    return new Graph(
        "body",
        inputs.stream().map(ControlFlowTest::value).toList(),
        outputs.stream().map(ControlFlowTest::value).toList(),
        List.of(nodes),
        Map.of());
  }

  private static Tensor truth(boolean value) {
    return Tensor.ofBytes(DType.BOOL, new byte[] {(byte) (value ? 1 : 0)});
  }

  private static Tensor pair(long a, long b) {
    return Tensor.of(new long[] {a, b}, 2);
  }

  @Test
  void oneBranchRuns() {
    Graph sum = graph(List.of("a", "b"), List.of("s"), add("a", "b", "s"));
    Graph twice = graph(List.of("c"), List.of("t"), add("c", "c", "t"));
    If choice = new If(sum, twice);
    Tensor[] inputs = {truth(true), pair(1, 2), pair(10, 20), pair(100, 200)};
    assertArrayEquals(new long[] {11, 22}, OneNode.one(choice, inputs).toLongs());
    inputs[0] = truth(false);
    assertArrayEquals(new long[] {200, 400}, OneNode.one(choice, inputs).toLongs());
    inputs[0] = Tensor.ofBytes(DType.BOOL, new byte[] {1, 1}, 2);
    String message = OneNode.refusal(choice, inputs);
    assertTrue(message.contains("BOOL[2] is not one truth value"), message);
  }

  private static Loop loop() {
    Node less =
        new Node(
            "less", new Binary(BinaryFunction.LESS), List.of("next", "limit"), List.of("below"));
    Node reduce = new Node("cond", new Gather(0), List.of("below", "i0"), List.of("on"));
    Graph body =
        new Graph(
            "body",
            List.of(value("i"), value("go"), value("x"), value("step"), value("limit")),
            List.of(value("on"), value("next"), value("next")),
            List.of(add("x", "step", "next"), less, reduce),
            Map.of("i0", Tensor.scalar(0L)));
    return new Loop(body, 1);
  }

  @Test
  void loopsEndByCountOrCondition() {
    Tensor[] inputs = {
      Tensor.scalar(3L), truth(true), pair(0, 5), pair(1, 2), pair(100, 100),
    };
    List<Tensor> outputs = OneNode.run(loop(), 2, inputs);
    assertArrayEquals(new long[] {3, 11}, outputs.get(0).toLongs());
    assertEquals(Shape.of(3, 2), outputs.get(1).shape());
    assertArrayEquals(new long[] {1, 7, 2, 9, 3, 11}, outputs.get(1).toLongs());
    inputs[0] = null;
    inputs[4] = pair(2, 0);
    outputs = OneNode.run(loop(), 2, inputs);
    assertArrayEquals(new long[] {2, 9}, outputs.get(0).toLongs());
    inputs[1] = truth(false);
    outputs = OneNode.run(loop(), 2, inputs);
    assertArrayEquals(new long[] {0, 5}, outputs.get(0).toLongs());
    assertEquals(Shape.of(0, 2), outputs.get(1).shape());
  }

  @Test
  void scansGoBothWaysAlongAnyAxis() {
    Graph body =
        graph(List.of("s", "x", "c"), List.of("t", "y"), add("s", "x", "t"), add("t", "c", "y"));
    Tensor x = Tensor.of(new long[] {1, 2, 3, 10, 20, 30}, 2, 3);
    Scan forward = new Scan(body, 1, 1, List.of(1L), List.of(0L), List.of(-1L), List.of(0L));
    List<Tensor> outputs = OneNode.run(forward, 2, pair(0, 0), x, pair(100, 200));
    assertArrayEquals(new long[] {6, 60}, outputs.get(0).toLongs());
    assertEquals(Shape.of(2, 3), outputs.get(1).shape());
    assertArrayEquals(new long[] {101, 103, 106, 210, 230, 260}, outputs.get(1).toLongs());
    Scan backward = new Scan(body, 1, 1, List.of(1L), List.of(1L), List.of(0L), List.of(1L));
    outputs = OneNode.run(backward, 2, pair(0, 0), x, pair(100, 200));
    assertArrayEquals(new long[] {106, 260, 105, 250, 103, 230}, outputs.get(1).toLongs());
  }
}
