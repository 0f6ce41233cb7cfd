package dev.pith.runtime.launch;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.SparseWeights;
import dev.pith.kernels.quantized.ConvIntegerProblem;
import dev.pith.kernels.quantized.DequantizeLinearProblem;
import dev.pith.kernels.quantized.DynamicConvProblem;
import dev.pith.kernels.quantized.DynamicLinearProblem;
import dev.pith.kernels.quantized.DynamicQuantizeLinearProblem;
import dev.pith.kernels.quantized.MatMulIntegerProblem;
import dev.pith.kernels.quantized.QLinearConvProblem;
import dev.pith.kernels.quantized.QLinearMatMulProblem;
import dev.pith.kernels.quantized.QuantizeLinearProblem;
import dev.pith.kernels.quantized.ScaleGrid;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Device kernels of ONNX's quantization in its general form, and of layers that quantize their
 * activations when they run, give the reference's bytes.
 */
public abstract class GeneralInt8Suite {

  private final RandomTensors random = new RandomTensors(33);

  /** The device under test. */
  protected abstract DeviceMachine machine();

  private void same(Problem problem, List<Tensor> inputs, Output... outputs) {
    machine().checkSame(problem, inputs, List.of(outputs));
  }

  private static Output out(DType type, long... dims) {
    return new Output(type, Shape.of(dims));
  }

  private static List<Layout> layouts() {
    return List.of(Dense.LAYOUT, new CsrLayout(), new BlockLayout(2, 4), new BitmaskLayout());
  }

  private static Tensor weight(Layout layout, long... dims) {
    Tensor dense = SparseWeights.of(layout, DType.I8, 0.6, 3, dims);
    return layout.equals(Dense.LAYOUT) ? dense : layout.encode(dense, Arena.ofAuto());
  }

  @Test
  void layersThatQuantizeTheirActivations() {
    Epilogue all = new Epilogue(true, true, new Activation(Activation.Kind.RELU, 0, 0));
    for (Layout layout : layouts()) {
      same(
          new DynamicLinearProblem(5, 37, 203, layout, all),
          List.of(
              random.floats(0, 2, 5, 203),
              weight(layout, 37, 203),
              random.scales(0.01, 37),
              random.floats(0, 1, 37),
              random.floats(0, 1, 5, 37)),
          out(DType.F32, 5, 37));
      ConvGeometry g = ConvCases.all().get(8);
      same(
          new DynamicConvProblem(g, layout, Epilogue.NONE),
          Arrays.asList(
              random.floats(1, 2, g.inputShape().dims()),
              weight(layout, ConvCases.weightDims(g)),
              random.scales(0.01, g.outputChannels()),
              null,
              null),
          out(DType.F32, g.outputShape().dims()));
    }
  }

  @Test
  void tensorsByTheirOwnRange() {
    for (long count : new long[] {1, 63, 9001}) {
      same(
          new DynamicQuantizeLinearProblem(Shape.of(count)),
          List.of(random.floats(3, 2, count)),
          out(DType.U8, count),
          out(DType.F32),
          out(DType.U8));
    }
  }

  @Test
  void integersOfEveryWidthAndScalesOfEveryKind() {
    Shape shape = Shape.of(3, 5, 8);
    List<ScaleGrid> grids =
        List.of(
            new ScaleGrid(ScaleGrid.Kind.PER_TENSOR, 0, 1),
            new ScaleGrid(ScaleGrid.Kind.PER_AXIS, 1, 1),
            new ScaleGrid(ScaleGrid.Kind.BLOCKED, 2, 3));
    for (ScaleGrid grid : grids) {
      long[] scale =
          switch (grid.kind()) {
            case PER_TENSOR -> new long[] {1};
            case PER_AXIS -> new long[] {5};
            case BLOCKED -> new long[] {3, 5, 3};
          };
      for (DType type : List.of(DType.U8, DType.I8, DType.I4, DType.U4, DType.I16)) {
        Tensor zero = Tensor.allocate(Arena.ofAuto(), type, Shape.of(scale));
        zero.values().fill((byte) 0x21);
        Tensor bytes = Tensor.allocate(Arena.ofAuto(), type, shape);
        for (long i = 0; i < bytes.values().byteSize(); i++) {
          bytes.values().set(ValueLayout.JAVA_BYTE, i, (byte) (37 * i));
        }
        Tensor scales = random.scales(0.1, scale);
        same(
            new QuantizeLinearProblem(DType.F32, DType.F32, DType.F16, type, true, shape, grid),
            List.of(random.floats(0, 3, shape.dims()), scales, zero),
            out(type, shape.dims()));
        same(
            new DequantizeLinearProblem(type, DType.F32, DType.F16, true, shape, grid),
            List.of(bytes, scales, zero),
            out(DType.F16, shape.dims()));
      }
    }
  }

  @Test
  void convolutionsOfAnyZeroPoints() {
    ConvGeometry g = ConvCases.all().get(8);
    Tensor x = random.bytes(DType.U8, g.inputShape().dims());
    Tensor w = random.bytes(DType.I8, ConvCases.weightDims(g));
    Tensor zx = random.bytes(DType.U8, 1);
    Tensor zw = random.bytes(DType.I8, g.outputChannels());
    same(
        new ConvIntegerProblem(g, DType.U8, DType.I8, true, g.outputChannels()),
        List.of(x, w, zx, zw),
        out(DType.I32, g.outputShape().dims()));
    same(
        new QLinearConvProblem(g, DType.U8, DType.I8, DType.I8, true, true, true),
        List.of(
            x,
            random.scales(0.02, 1),
            zx,
            w,
            random.scales(0.01, g.outputChannels()),
            zw,
            random.scales(0.7, 1),
            random.bytes(DType.I8, 1),
            random.ints(5000, g.outputChannels())),
        out(DType.I8, g.outputShape().dims()));
  }

  @Test
  void matrixProductsOfAnyZeroPoints() {
    Shape a = Shape.of(2, 1, 5, 65);
    Shape b = Shape.of(3, 65, 7);
    Shape rows = Shape.of(2, 1, 5, 1);
    Shape columns = Shape.of(3, 1, 7);
    Tensor x = random.bytes(DType.U8, a.dims());
    Tensor y = random.bytes(DType.I8, b.dims());
    Tensor za = random.bytes(DType.U8, rows.dims());
    Tensor zb = random.bytes(DType.I8, columns.dims());
    same(
        new MatMulIntegerProblem(a, b, DType.U8, DType.I8, rows, columns),
        List.of(x, y, za, zb),
        out(DType.I32, 2, 3, 5, 7));
    List<Tensor> inputs = new ArrayList<>(List.of(x, random.scales(0.02, rows.dims()), za));
    inputs.addAll(List.of(y, random.scales(0.02, columns.dims()), zb));
    inputs.addAll(List.of(random.scales(1, 1), random.bytes(DType.U8, 1)));
    same(
        new QLinearMatMulProblem(a, b, DType.U8, DType.I8, DType.U8, DType.F32, rows, columns),
        inputs,
        out(DType.U8, 2, 3, 5, 7));
  }
}
