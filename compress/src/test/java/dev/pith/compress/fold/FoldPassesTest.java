package dev.pith.compress.fold;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.testing.PassCheck;
import dev.pith.compress.testing.TestGraph;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Unary;
import org.junit.jupiter.api.Test;

class FoldPassesTest {

  private static final Unary RELU = Unary.of(UnaryFunction.RELU);
  private static final Binary ADD = new Binary(BinaryFunction.ADD);

  @Test
  void constantsAreComputedOnce() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 4)
            .weight("a", 4)
            .weight("b", 4)
            .node("sum", ADD, "a", "b")
            .node("positive", RELU, "sum")
            .node("y", ADD, "x", "positive")
            .returning("y");
    Graph after = PassCheck.check("constant-folding", new ConstantFolding(), graph);
    assertTrue(after.constants().containsKey("positive"));
  }

  @Test
  void whatDependsOnASymbolIsNotFolded() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 4)
            .node("shape", new dev.pith.runtime.graph.ops.ShapeOf(0, 2), "x")
            .node("y", new Reshape(false), "x", "shape")
            .returning("y");
    PassCheck.unchanged(new ConstantFolding(), graph);
  }

  @Test
  void identitiesGo() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, 2, 4)
            .node("same", new Identity(), "x")
            .node("positive", RELU, "same")
            .node("y", new Identity(), "positive")
            .returning("y");
    PassCheck.check("identity-removal", new IdentityRemoval(), graph);
  }

  @Test
  void anIdentityBetweenInputAndOutputStays() {
    Graph graph =
        new TestGraph().input("x", DType.F32, 2).node("y", new Identity(), "x").returning("y");
    PassCheck.unchanged(new IdentityRemoval(), graph);
  }

  @Test
  void equalNodesAreComputedOnce() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, 2, 4)
            .node("a", RELU, "x")
            .node("b", RELU, "x")
            .node("c", ADD, "x", "b")
            .node("y", ADD, "a", "c")
            .returning("y");
    PassCheck.check("common-subexpressions", new CommonSubexpressions(), graph);
  }

  @Test
  void batchNormalizationBecomesProductAndSum() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 3, 5)
            .weight("scale", 3)
            .weight("bias", 3)
            .weight("mean", 3)
            .constant("variance", Tensor.of(new float[] {0.5f, 1, 2}, 3))
            .node("y", new BatchNorm(1e-5f), "x", "scale", "bias", "mean", "variance")
            .returning("y");
    PassCheck.check("batch-norm-folding", new BatchNormFolding(), graph);
  }

  @Test
  void networksInFp16ComputeInSinglePrecision() {
    Tensor weight = half(new float[] {1, -2, 0.5f, 3}, 2, 1, 2);
    Graph graph =
        new TestGraph()
            .input("x", DType.F16, 1, 2, 4)
            .constant("w", weight)
            .node("x32", new dev.pith.runtime.graph.ops.Cast(DType.F32), "x")
            .node("c32", new Conv(ConvWindow.plain(1), Activation.NONE), "x32", "w")
            .node("c", new dev.pith.runtime.graph.ops.Cast(DType.F16), "c32")
            .node("y", RELU, "c")
            .returning("y");
    PassCheck.check("half-to-single", new HalfToSingle(), graph);
  }

  private static Tensor half(float[] values, long... dims) {
    Tensor tensor =
        Tensor.allocate(
            java.lang.foreign.Arena.ofAuto(), DType.F16, dev.pith.kernels.tensor.Shape.of(dims));
    for (int i = 0; i < values.length; i++) {
      dev.pith.kernels.tensor.Elements.setDouble(DType.F16, tensor.values(), i, values[i]);
    }
    return tensor;
  }
}
