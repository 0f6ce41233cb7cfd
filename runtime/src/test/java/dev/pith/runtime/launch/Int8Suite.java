package dev.pith.runtime.launch;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.layout.SparseWeights;
import dev.pith.kernels.quantized.DequantizeProblem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.quantized.QLookupProblem;
import dev.pith.kernels.quantized.QMulProblem;
import dev.pith.kernels.quantized.QuantizeProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 8-bit device kernels give the reference's bytes, for every layout and awkward extents. */
public abstract class Int8Suite {

  /** The device under test. */
  protected abstract DeviceMachine machine();

  private static final Requantize REQUANTIZE = new Requantize(DType.U8, 131, 117, 0, 255);

  private static List<Tensor> convInputs(ConvGeometry g, Tensor weight) {
    RandomTensors random = new RandomTensors(g.hashCode());
    return Arrays.asList(
        random.bytes(DType.U8, g.inputShape().dims()),
        weight,
        random.scales(0.003, g.outputChannels()),
        random.ints(50000, g.outputChannels()));
  }

  private void checkConv(ConvGeometry g, Tensor weight, boolean bias, Requantize r) {
    List<Tensor> inputs = convInputs(g, weight);
    if (!bias) {
      inputs.set(3, null);
    }
    machine()
        .checkSame(
            new QConvProblem(g, weight.layout(), bias, r),
            inputs,
            List.of(new Output(r.output(), g.outputShape())));
  }

  @Test
  void convolutionsOfAwkwardExtents() {
    for (ConvGeometry g : ConvCases.all()) {
      checkConv(g, new RandomTensors(5).bytes(DType.I8, ConvCases.weightDims(g)), true, REQUANTIZE);
    }
  }

  @Test
  void convolutionsWithEveryLayout() {
    for (Layout layout : Layouts.ALL) {
      for (int number : layout == Dense.LAYOUT ? new int[0] : new int[] {1, 8, 15, 17}) {
        ConvGeometry g = ConvCases.all().get(number);
        Tensor dense = SparseWeights.of(layout, DType.I8, 0.7, 3, ConvCases.weightDims(g));
        checkConv(g, layout.encode(dense, Arena.ofAuto()), true, REQUANTIZE);
      }
    }
  }

  @Test
  void convolutionsToEveryTypeWithZeroPointsAtBothEnds() {
    ConvGeometry g = ConvCases.all().get(1);
    Tensor weight = new RandomTensors(6).bytes(DType.I8, ConvCases.weightDims(g));
    checkConv(g, weight, false, new Requantize(DType.U8, 0, 0, 0, 255));
    checkConv(g, weight, true, new Requantize(DType.U8, 0, 255, 20, 200));
    checkConv(g, weight, true, new Requantize(DType.I8, 128, -128, -128, 127));
    checkConv(g, weight, true, new Requantize(DType.F32, 255, 0, 0, 0));
  }

  private void checkLinear(long m, Tensor weight, boolean bias, Requantize r) {
    long n = weight.rows();
    long k = weight.columns();
    RandomTensors random = new RandomTensors(m + 31 * n + 1009 * k);
    List<Tensor> inputs =
        Arrays.asList(
            random.bytes(DType.U8, m, k),
            weight,
            random.scales(0.002, n),
            bias ? random.ints(100000, n) : null);
    machine()
        .checkSame(
            new QLinearProblem(m, n, k, weight.layout(), bias, r),
            inputs,
            List.of(new Output(r.output(), Shape.of(m, n))));
  }

  @Test
  void linearLayersOfAwkwardExtents() {
    long[][] extents = {
      {1, 1, 1},
      {1, 10, 84},
      {1, 17, 63},
      {1, 33, 65},
      {3, 5, 7},
      {4, 20, 129},
      {5, 3, 64},
      {9, 4, 4},
      {17, 5, 33},
      {2, 3, 2100},
      {0, 3, 5}
    };
    for (long[] e : extents) {
      checkLinear(e[0], new RandomTensors(7).bytes(DType.I8, e[1], e[2]), true, REQUANTIZE);
    }
    Tensor weight = new RandomTensors(8).bytes(DType.I8, 9, 70);
    checkLinear(3, weight, false, new Requantize(DType.U8, 255, 255, 0, 255));
    checkLinear(3, weight, true, new Requantize(DType.I8, 128, 127, -128, 127));
    checkLinear(3, weight, true, new Requantize(DType.F32, 3, 0, 0, 0));
  }

  @Test
  void linearLayersWithEveryLayout() {
    for (Layout layout : Layouts.ALL) {
      if (layout != Dense.LAYOUT) {
        Tensor dense = SparseWeights.of(layout, DType.I8, 0.8, 3, 37, 203);
        checkLinear(5, layout.encode(dense, Arena.ofAuto()), true, REQUANTIZE);
      }
    }
  }

  /** One more than tiles, steps and warps have, and one less; every block that a kernel takes. */
  @Test
  void linearLayersAtTheEdgesOfTiles() {
    List<Layout> layouts = new ArrayList<>();
    layouts.add(Dense.LAYOUT);
    layouts.add(new CsrLayout());
    layouts.add(new NmLayout(2, 4));
    for (int rows : new int[] {1, 2, 4, 16}) {
      layouts.add(new BlockLayout(rows, 4));
    }
    layouts.add(new BlockLayout(8, 16));
    layouts.add(new BlockLayout(16, 16));
    int number = 0;
    for (Layout layout : layouts) {
      long m = new long[] {1, 16, 65, 7}[number++ % 4];
      Tensor dense = SparseWeights.of(layout, DType.I8, 0.6, number, 66, 128);
      checkLinear(
          m,
          layout == Dense.LAYOUT ? dense : layout.encode(dense, Arena.ofAuto()),
          true,
          REQUANTIZE);
    }
    for (long[] e : new long[][] {{63, 65, 64}, {65, 63, 68}, {2, 130, 192}}) {
      checkLinear(e[0], new RandomTensors(9).bytes(DType.I8, e[1], e[2]), true, REQUANTIZE);
    }
    Tensor half = SparseWeights.of(new NmLayout(2, 4), DType.I8, 0.6, 5, 80, 192);
    Tensor encoded = new NmLayout(2, 4).encode(half, Arena.ofAuto());
    checkLinear(70, encoded, false, new Requantize(DType.I8, 128, 3, -128, 127));
    checkLinear(3, encoded, true, new Requantize(DType.F32, 7, 0, 0, 0));
  }

  /** Fewer and more steps than are copied ahead, parts of steps, and tiles that are not full. */
  @Test
  void linearLayersOfSeveralLargeTiles() {
    RandomTensors random = new RandomTensors(10);
    checkLinear(
        140, random.bytes(DType.I8, 100, 336), false, new Requantize(DType.I8, 255, 3, -128, 127));
    checkLinear(65, random.bytes(DType.I8, 130, 48), true, new Requantize(DType.F32, 3, 0, 0, 0));
    NmLayout half = new NmLayout(2, 4);
    Tensor dense = SparseWeights.of(half, DType.I8, 0.6, 6, 272, 384);
    checkLinear(70, half.encode(dense, Arena.ofAuto()), true, REQUANTIZE);
  }

  @Test
  void convolutionsAtTheEdgesOfTiles() {
    ConvGeometry g =
        new ConvGeometry(
            2,
            16,
            70,
            1,
            List.of(9L, 7L),
            List.of(3L, 4L),
            List.of(2L, 1L),
            List.of(1L, 2L),
            List.of(1L, 2L),
            List.of(0L, 1L));
    for (Layout layout : List.of(Dense.LAYOUT, new NmLayout(2, 4), new BlockLayout(2, 4))) {
      Tensor dense = SparseWeights.of(layout, DType.I8, 0.6, 8, ConvCases.weightDims(g));
      Tensor weight = layout == Dense.LAYOUT ? dense : layout.encode(dense, Arena.ofAuto());
      checkConv(g, weight, true, REQUANTIZE);
    }
  }

  @Test
  void extremeSumsAreExact() {
    for (int weight : new int[] {-128, 127}) {
      Tensor weights = new RandomTensors(1).bytes(DType.I8, 3, 34000);
      weights.values().fill((byte) weight);
      checkLinear(2, weights, true, new Requantize(DType.F32, 0, 0, 0, 0));
    }
  }

  @Test
  void sumsAndProductsWithBroadcasting() {
    Shape[][] shapes = {
      {Shape.of(1), Shape.of(1)},
      {Shape.of(63), Shape.of(63)},
      {Shape.of(2, 3, 5, 7), Shape.of(2, 3, 5, 7)},
      {Shape.of(2, 3, 5, 7), Shape.of(3, 1, 1)},
      {Shape.of(4, 1, 5), Shape.of(3, 1)},
      {Shape.of(0, 4), Shape.of(4)}
    };
    for (Shape[] pair : shapes) {
      RandomTensors random = new RandomTensors(pair[0].elementCount());
      List<Tensor> inputs =
          List.of(random.bytes(DType.U8, pair[0].dims()), random.bytes(DType.U8, pair[1].dims()));
      List<Output> outputs = List.of(new Output(DType.U8, Shape.broadcast(pair[0], pair[1])));
      machine()
          .checkSame(
              new QAddProblem(pair[0], pair[1], 118, 0.6956774f, 0, 0.5f, 107, 107, 250),
              inputs,
              outputs);
      machine()
          .checkSame(
              new QMulProblem(pair[0], pair[1], 118, 3, 0.0071f, 107, 0, 255), inputs, outputs);
    }
  }

  @Test
  void lookupsAndConcatenations() {
    RandomTensors random = new RandomTensors(3);
    machine()
        .checkSame(
            new QLookupProblem(Shape.of(3, 41)),
            List.of(random.bytes(DType.U8, 3, 41), random.bytes(DType.U8, 256)),
            List.of(new Output(DType.U8, Shape.of(3, 41))));
    List<Shape> shapes =
        List.of(Shape.of(2, 3, 7), Shape.of(2, 1, 7), Shape.of(2, 0, 7), Shape.of(2, 5, 7));
    List<Tensor> inputs = shapes.stream().map(s -> random.bytes(DType.U8, s.dims())).toList();
    machine()
        .checkSame(
            new QConcatProblem(
                1, shapes, List.of(3, 100, 9, 255), List.of(1f, 0.7f, 2f, 1.3f), 100),
            inputs,
            List.of(new Output(DType.U8, Shape.of(2, 9, 7))));
  }

  @Test
  void averagesOfWindows() {
    RandomTensors random = new RandomTensors(4);
    for (boolean padding : new boolean[] {false, true}) {
      for (long stride : new long[] {1, 2, 3}) {
        long out = (9 + 2 - 3) / stride + 1;
        List<Long> one = Collections.nCopies(2, 1L);
        machine()
            .checkSame(
                new QAveragePoolProblem(
                    2,
                    3,
                    List.of(9L, 9L),
                    List.of(3L, 3L),
                    List.of(stride, stride),
                    one,
                    one,
                    one,
                    List.of(out, out),
                    padding,
                    117,
                    0.83f,
                    99,
                    0,
                    255),
                List.of(random.bytes(DType.U8, 2, 3, 9, 9)),
                List.of(new Output(DType.U8, Shape.of(2, 3, out, out))));
      }
    }
  }

  @Test
  void quantizingAndDequantizing() {
    int count = 1003;
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.05f * 0.5f * (random.nextInt(2000) - 1000); // many ties
    }
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f, 3e38f};
    System.arraycopy(odd, 0, values, 0, odd.length);
    for (DType type : List.of(DType.U8, DType.I8)) {
      machine()
          .checkSame(
              new QuantizeProblem(type, Shape.of(count), 0.05f, 3),
              List.of(Tensor.of(values, count)),
              List.of(new Output(type, Shape.of(count))));
      machine()
          .checkSame(
              new DequantizeProblem(type, Shape.of(count), 0.0173f, 77),
              List.of(new RandomTensors(count).bytes(type, count)),
              List.of(new Output(DType.F32, Shape.of(count))));
    }
    machine()
        .checkSame(
            new DequantizeProblem(DType.I32, Shape.of(count), 0.0173f, 77),
            List.of(new RandomTensors(count).ints(Integer.MAX_VALUE - 1, count)),
            List.of(new Output(DType.F32, Shape.of(count))));
  }
}
