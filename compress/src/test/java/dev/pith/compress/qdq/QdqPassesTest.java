package dev.pith.compress.qdq;

import dev.pith.compress.testing.PassCheck;
import dev.pith.compress.testing.TestGraph;
import dev.pith.kernels.Activation;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.DequantizeLinear;
import dev.pith.runtime.graph.ops.DynamicQuantizeLinear;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.MatMulInteger;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.QLinearMatMul;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import java.util.List;
import org.junit.jupiter.api.Test;

class QdqPassesTest {

  private static final Binary ADD = new Binary(BinaryFunction.ADD);
  private static final Binary MUL = new Binary(BinaryFunction.MUL);

  private static Tensor bytes(DType dtype, int step, long... dims) {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    byte[] bytes = new byte[(int) count];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * step % 200 - 100);
    }
    return Tensor.ofBytes(dtype, bytes, dims);
  }

  /** x F32 rounded to {@code xq} and back to {@code xr}. */
  private static TestGraph rounded(DType dtype, int zero, long... dims) {
    return new TestGraph()
        .input("x", DType.F32, dims)
        .node("xq", new Quantize(dtype, 0.02f, zero), "x")
        .node("xr", new Dequantize(0.02f, zero), "xq");
  }

  @Test
  void signedActivationsBecomeUnsigned() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 3, 4)
            .node("xq", new Quantize(DType.I8, 0.02f, -5), "x")
            .node("t", new Transpose(List.of(0L, 2L, 1L)), "xq")
            .node("y", new Dequantize(0.02f, -5), "t")
            .returning("y");
    PassCheck.check("unsigned-activations", new UnsignedActivations(), graph);
  }

  @Test
  void signedResultsStay() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 3)
            .node("y", new Quantize(DType.I8, 0.02f, -5), "x")
            .returning("y");
    PassCheck.unchanged(new UnsignedActivations(), graph);
  }

  @Test
  void movementsReadIntegers() {
    Graph graph =
        rounded(DType.U8, 7, -1, 3, 4)
            .node("t", new Transpose(List.of(0L, 2L, 1L)), "xr")
            .constant("pads", Tensor.of(new long[] {0, 1, 0, 0, 1, 2}, 6))
            .node("p", new Pad(Pad.Mode.CONSTANT), "t", "pads")
            .node("y", Unary.of(UnaryFunction.EXP), "p")
            .returning("y");
    PassCheck.check("sinking-dequantize", new SinkingDequantize(), graph);
  }

  @Test
  void tablesOfRowsStayIntegers() {
    Graph graph =
        new TestGraph()
            .constant("table", bytes(DType.U8, 7, 10, 4))
            .input("x", DType.F32, -1, 4)
            .constant("rows", Tensor.of(new long[] {3, 9}, 2))
            .node("r", new Dequantize(0.1f, 3), "table")
            .node("g", new Gather(0), "r", "rows")
            .node("y", Unary.of(UnaryFunction.EXP), "g")
            .returning("y");
    PassCheck.check("sinking-dequantize-table", new SinkingDequantize(), graph);
  }

  private static TestGraph product(TestGraph graph) {
    return graph
        .constant("w", bytes(DType.I8, 7, 4, 3))
        .constant("ws", Tensor.of(new float[] {0.01f, 0.02f, 0.03f}, 3))
        .node("wr", new DequantizeLinear(1, 0, DType.F32), "w", "ws")
        .node("p", new MatMul(false, false, 1), "xr", "wr");
  }

  @Test
  void layersTakeBiasClampAndRounding() {
    Graph graph =
        product(rounded(DType.U8, 120, -1, 4))
            .constant("b", Tensor.of(new int[] {100, -300, 50}, 3))
            .constant("bs", Tensor.of(new float[] {0.0002f, 0.0004f, 0.0006f}, 3))
            .node("br", new DequantizeLinear(0, 0, DType.F32), "b", "bs")
            .node("s", ADD, "p", "br")
            .node("c", new Unary(UnaryFunction.CLIP, -1, 6), "s")
            .node("y", new Quantize(DType.U8, 0.05f, 40), "c")
            .returning("y");
    PassCheck.check("quantized-layers", new QuantizedLayers(), graph);
  }

  @Test
  void layersWithoutRoundingReturnRealNumbers() {
    Graph graph =
        rounded(DType.U8, 120, -1, 2, 4, 4)
            .constant("w", bytes(DType.U8, 7, 3, 1, 1, 2))
            .node("wr", new Dequantize(0.01f, 128), "w")
            .constant("b", Tensor.of(new float[] {0.3f, -0.7f, 0.01f}, 3))
            .node("y", new Conv(ConvWindow.plain(2), Activation.NONE), "xr", "wr", "b")
            .returning("y");
    PassCheck.check("quantized-layers-real", new QuantizedLayers(), graph);
  }

  @Test
  void layersOnRealNumbersKeepIntegerWeights() {
    TestGraph graph = new TestGraph().input("xr", DType.F32, -1, 4);
    PassCheck.check("weight-only-layers", new WeightOnlyLayers(), product(graph).returning("p"));
  }

  @Test
  void arithmeticOnIntegers() {
    Graph graph =
        rounded(DType.U8, 120, -1, 2, 4)
            .node("a", ADD, "xr", "xr")
            .node("ar", Unary.of(UnaryFunction.RELU), "a")
            .node("aq", new Quantize(DType.U8, 0.04f, 10), "ar")
            .node("ad", new Dequantize(0.04f, 10), "aq")
            .node("m", MUL, "ad", "xr")
            .node("mq", new Quantize(DType.U8, 0.06f, 100), "m")
            .node("md", new Dequantize(0.06f, 100), "mq")
            .node("c", new Concat(1), "md", "xr")
            .node("y", new Quantize(DType.U8, 0.06f, 90), "c")
            .returning("y");
    PassCheck.check("quantized-arithmetic", new QuantizedArithmetic(), graph);
  }

  @Test
  void functionsBecomeTables() {
    Graph graph =
        rounded(DType.U8, 120, -1, 2, 4)
            .node("s", Unary.of(UnaryFunction.SIGMOID), "xr")
            .node("m", MUL, "s", "xr")
            .constant("half", Tensor.scalar(0.5f))
            .node("h", MUL, "m", "half")
            .node("hq", new Quantize(DType.U8, 0.03f, 10), "h")
            .node("hd", new Dequantize(0.03f, 10), "hq")
            .node("same", new Quantize(DType.U8, 0.03f, 10), "hd")
            .node("other", new Quantize(DType.U8, 0.05f, 12), "hd")
            .node("y", new Concat(1), "same", "other")
            .returning("y");
    PassCheck.check("quantized-functions", new QuantizedFunctions(), graph);
  }

  @Test
  void integerLayersBecomeOurs() {
    Graph graph =
        new TestGraph()
            .input("x", DType.F32, -1, 4)
            .node("xq", new Quantize(DType.U8, 0.02f, 120), "x")
            .constant("sx", Tensor.scalar(0.02f))
            .constant("zx", Tensor.ofBytes(DType.U8, new byte[] {120}))
            .constant("w", bytes(DType.U8, 7, 4, 3))
            .constant("sw", Tensor.scalar(0.01f))
            .constant("zw", Tensor.ofBytes(DType.U8, new byte[] {(byte) 128}))
            .constant("sy", Tensor.scalar(0.05f))
            .constant("zy", Tensor.ofBytes(DType.U8, new byte[] {100}))
            .node("y", new QLinearMatMul(), "xq", "sx", "zx", "w", "sw", "zw", "sy", "zy")
            .returning("y");
    PassCheck.check("integer-layers", new IntegerLayers(), graph);
  }

  private static Graph dynamic(long rows) {
    return new TestGraph()
        .input("x", DType.F32, rows, 4)
        .multiple(new DynamicQuantizeLinear(), List.of("x"), List.of("q", "s", "z"))
        .constant("w", bytes(DType.I8, 7, 4, 3))
        .node("p", new MatMulInteger(), "q", "w", "z")
        .node("c", new Cast(DType.F32), "p")
        .constant("ws", Tensor.of(new float[] {0.01f, 0.02f, 0.03f}, 3))
        .node("sw", MUL, "s", "ws")
        .node("v", MUL, "c", "sw")
        .constant("b", Tensor.of(new float[] {0.1f, -2, 3}, 3))
        .node("y", ADD, "v", "b")
        .returning("y");
  }

  @Test
  void dynamicProductsOfOneRow() {
    PassCheck.check("dynamic-layers", new DynamicLayers(), dynamic(1));
    PassCheck.unchanged(new DynamicLayers(), dynamic(-1));
  }
}
