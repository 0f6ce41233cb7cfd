package dev.pith.compress.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.compress.fold.TransposeCancelling;
import dev.pith.compress.testing.PassCheck;
import dev.pith.compress.testing.TestGraph;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;
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

  @Test
  void zerosAroundImagesBecomePadding() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 2, 4, 4)
            .constant("pads", Tensor.of(new long[] {0, 0, 1, 2, 0, 0, 0, 1}, 8))
            .node("p", new Pad(Pad.Mode.CONSTANT), "x", "pads")
            .weight("w", 3, 2, 2, 2)
            .node("y", CONV, "p", "w")
            .returning("y");
    PassCheck.check("pad-fusion", new PadFusion(), graph);
  }

  @Test
  void numbersGoIntoProducts() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 3, 4)
            .node("p", new MatMul(false, true, 1), "x", "x")
            .constant("eight", Tensor.scalar(8f))
            .node("d", new Binary(BinaryFunction.DIV), "p", "eight")
            .node("y", new Binary(BinaryFunction.MUL), "eight", "d")
            .returning("y");
    PassCheck.check("scale-into-matmul", new ScaleIntoMatMul(), graph);
  }

  @Test
  void normalizationsBecomeOneNode() {
    Reduce mean = new Reduce(ReduceFunction.MEAN, List.of(-1L), true, false);
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 3, 8)
            .node("m", mean, "x")
            .node("d", new Binary(BinaryFunction.SUB), "x", "m")
            .constant("two", Tensor.scalar(2f))
            .node("s", new Binary(BinaryFunction.POW), "d", "two")
            .node("v", mean, "s")
            .constant("epsilon", Tensor.scalar(1e-5f))
            .node("e", ADD, "v", "epsilon")
            .node("r", Unary.of(UnaryFunction.SQRT), "e")
            .node("n", new Binary(BinaryFunction.DIV), "d", "r")
            .weight("scale", 8)
            .node("g", new Binary(BinaryFunction.MUL), "n", "scale")
            .weight("bias", 8)
            .node("y", ADD, "g", "bias")
            .returning("y");
    PassCheck.check("layer-norm-pattern", new LayerNormPattern(), graph);
  }

  @Test
  void turnedImagesAreFlattenedAsTheyAre() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 2, 3, 4)
            .node("t", new Transpose(List.of(0L, 2L, 3L, 1L)), "x")
            .constant("shape", Tensor.of(new long[] {-1, 24}, 2))
            .node("f", new Reshape(false), "t", "shape")
            .weight("w", 5, 24)
            .node("y", LINEAR, "f", "w")
            .returning("y");
    PassCheck.check("flattened-transpose", new FlattenedTranspose(), graph);
  }

  @Test
  void meansOfImagesAreGlobalPooling() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 2, 3, 4)
            .node("m", new Reduce(ReduceFunction.MEAN, List.of(-1L, 2L), false, false), "x")
            .constant("axes", Tensor.of(new long[] {3, 2}, 2))
            .node("k", new Reduce(ReduceFunction.MEAN, List.of(), true, false), "x", "axes")
            .returning("m", "k");
    PassCheck.check("spatial-mean", new SpatialMean(), graph);
  }

  @Test
  void otherMeansStay() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 2, 3, 4)
            .input("tokens", DType.F32, -1, 2, 3)
            .node("rows", new Reduce(ReduceFunction.MEAN, List.of(2L), false, false), "x")
            .node("all", new Reduce(ReduceFunction.MEAN, List.of(), false, false), "x")
            .node("sum", new Reduce(ReduceFunction.SUM, List.of(2L, 3L), false, false), "x")
            .node("last", new Reduce(ReduceFunction.MEAN, List.of(-1L), false, false), "tokens")
            .returning("rows", "all", "sum", "last");
    PassCheck.unchanged(new SpatialMean(), graph);
  }

  @Test
  void transposesMeet() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 2, 3)
            .node("a", new Transpose(List.of(0L, 2L, 1L)), "x")
            .node("b", new Transpose(List.of(0L, 2L, 1L)), "a")
            .node("c", new Transpose(List.of(1L, 2L, 0L)), "a")
            .node("y", Unary.of(UnaryFunction.EXP), "b")
            .returning("y", "c");
    PassCheck.check("transpose-cancelling", new TransposeCancelling(), graph);
  }
}
