package dev.pith.compress.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.compress.testing.PassCheck;
import dev.pith.compress.testing.TestGraph;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Unary;
import org.junit.jupiter.api.Test;

class FusePassesTest {

  private static final Conv CONV = new Conv(ConvWindow.plain(2), Activation.NONE);
  private static final Linear LINEAR = new Linear(Activation.NONE);
  private static final Binary ADD = new Binary(BinaryFunction.ADD);

  private static TestGraph conv() {
    return new TestGraph()
        .input("x", DType.F32, -1, 2, 4, 4)
        .weight("w", 3, 1, 1, 2)
        .node("c", CONV, "x", "w");
  }

  @Test
  void productsWithConstantsBecomeLinear() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 5, 4)
            .weight("w", 4, 3)
            .node("y", new MatMul(false, false, 0.5f), "x", "w")
            .returning("y");
    PassCheck.check("linear-from-matmul", new LinearFromMatMul(), graph);
  }

  @Test
  void productsOfComputedValuesStay() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, 3, 4)
            .node("y", new MatMul(false, true, 1), "x", "x")
            .returning("y");
    PassCheck.unchanged(new LinearFromMatMul(), graph);
  }

  @Test
  void scaleAndShiftGoIntoConvolutions() {
    Graph graph =
        conv()
            .weight("scale", 3, 1, 1)
            .weight("shift", 3, 1, 1)
            .node("m", new Binary(BinaryFunction.MUL), "c", "scale")
            .node("y", ADD, "m", "shift")
            .returning("y");
    assertEquals(1, PassCheck.check("affine-conv", new AffineFolding(), graph).nodes().size());
  }

  @Test
  void differencesAndQuotientsGoIntoLinearLayers() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, 2, 4)
            .weight("w", 3, 4)
            .weight("b", 3)
            .weight("shift", 3)
            .weight("scale", 3)
            .node("l", LINEAR, "x", "w", "b")
            .node("d", new Binary(BinaryFunction.SUB), "shift", "l")
            .node("y", new Binary(BinaryFunction.DIV), "d", "scale")
            .returning("y");
    assertEquals(1, PassCheck.check("affine-linear", new AffineFolding(), graph).nodes().size());
  }

  @Test
  void constantsForEachPixelStay() {
    PassCheck.unchanged(
        new AffineFolding(), conv().weight("s", 3, 4, 4).node("y", ADD, "c", "s").returning("y"));
    PassCheck.unchanged(
        new AffineFolding(), conv().weight("s", 3).node("y", ADD, "c", "s").returning("y", "c"));
  }

  @Test
  void activationsGoIntoLayers() {
    Graph graph = conv().node("y", new Unary(UnaryFunction.CLIP, 0, 6), "c").returning("y");
    PassCheck.check("activation-fusion", new ActivationFusion(), graph);
  }

  @Test
  void anActivationOfAReturnedLayerStays() {
    Graph graph = conv().node("y", Unary.of(UnaryFunction.RELU), "c").returning("y", "c");
    PassCheck.unchanged(new ActivationFusion(), graph);
  }

  @Test
  void gatesOfTheirOwnInputBecomeOneFunction() {
    Graph graph =
        conv()
            .node("gate", Unary.of(UnaryFunction.SIGMOID), "c")
            .node("silu", new Binary(BinaryFunction.MUL), "c", "gate")
            .node("hard", new Unary(UnaryFunction.HARD_SIGMOID, 1f / 6, 0.5f), "silu")
            .node("y", new Binary(BinaryFunction.MUL), "hard", "silu")
            .returning("y");
    PassCheck.check("function-patterns", new FunctionPatterns(), graph);
  }

  @Test
  void residualSumsGoIntoTheLaterLayer() {
    Graph graph =
        conv()
            .weight("v", 3, 1, 1, 3)
            .node("r", Unary.of(UnaryFunction.RELU), "c")
            .node("d", CONV, "r", "v")
            .node("y", ADD, "r", "d")
            .returning("y");
    PassCheck.check("residual-fusion", new ResidualFusion(), graph);
  }

  @Test
  void broadcastSumsStay() {
    Graph graph = conv().input("z", DType.F32, 1, 3, 4, 4).node("y", ADD, "c", "z").returning("y");
    PassCheck.unchanged(new ResidualFusion(), graph);
  }
}
