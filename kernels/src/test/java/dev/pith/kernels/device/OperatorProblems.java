package dev.pith.kernels.device;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.attention.AttentionProblem;
import dev.pith.kernels.attention.RotaryProblem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvTransposeProblem;
import dev.pith.kernels.conv.DeformConvProblem;
import dev.pith.kernels.conv.FoldProblem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.BinaryProblem;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.elementwise.UnaryProblem;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.linalg.DeterminantProblem;
import dev.pith.kernels.linalg.EinsumProblem;
import dev.pith.kernels.loss.LikelihoodProblem;
import dev.pith.kernels.loss.LikelihoodProblem.Reduction;
import dev.pith.kernels.movement.GatherElementsProblem;
import dev.pith.kernels.movement.OneHotProblem;
import dev.pith.kernels.movement.ScatterElementsProblem;
import dev.pith.kernels.movement.ScatterProblem;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.kernels.normalize.LrnProblem;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.pool.RoiProblem;
import dev.pith.kernels.pool.UnpoolProblem;
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
import dev.pith.kernels.recurrent.Gate;
import dev.pith.kernels.recurrent.RecurrentProblem;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.ReduceProblem;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.reduce.SoftmaxProblem;
import dev.pith.kernels.resample.AffineGridProblem;
import dev.pith.kernels.resample.GridSampleProblem;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.resample.ResizeProblem;
import dev.pith.kernels.search.ArgReduceProblem;
import dev.pith.kernels.search.TopKProblem;
import dev.pith.kernels.sequence.CumulativeProblem;
import dev.pith.kernels.sequence.ReverseProblem;
import dev.pith.kernels.signal.DftProblem;
import dev.pith.kernels.signal.MelProblem;
import dev.pith.kernels.signal.StftProblem;
import dev.pith.kernels.signal.WindowProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.testing.ConvCases;
import java.util.ArrayList;
import java.util.List;

/** A small problem or more for each device kernel of the less common operators. */
final class OperatorProblems {

  private static final Shape SHAPE = Shape.of(2, 3);

  private OperatorProblems() {}

  static List<Problem> all() {
    List<Problem> all = new ArrayList<>(ofElements());
    all.addAll(ofImages());
    all.addAll(ofIntegers());
    return all;
  }

  private static List<Problem> ofElements() {
    return List.of(
        new UnaryProblem(UnaryFunction.GELU, DType.F64, SHAPE, 0, 0),
        new UnaryProblem(UnaryFunction.SHRINK, DType.I8, SHAPE, 0, 0),
        new BinaryProblem(BinaryFunction.POW, DType.F64, SHAPE, SHAPE),
        new BinaryProblem(BinaryFunction.MOD, DType.I64, SHAPE, SHAPE),
        new BinaryProblem(BinaryFunction.MOD, DType.U8, SHAPE, SHAPE),
        new ReduceProblem(ReduceFunction.LOG_SUM_EXP, DType.F64, SHAPE, List.of(1)),
        new ReduceProblem(ReduceFunction.L2, DType.I32, SHAPE, List.of(1)),
        new SoftmaxProblem(SoftmaxFunction.HARDMAX, DType.BF16, 1, 2, 3),
        new GatherElementsProblem(DType.F16, DType.I32, SHAPE, SHAPE, 1),
        new OneHotProblem(DType.F32, DType.I64, 2, 3, 1),
        new ScatterProblem(DType.F32, DType.I64, 1, List.of(2L), 3, ScatterReduction.ADD),
        new ScatterElementsProblem(DType.U8, DType.I64, SHAPE, SHAPE, 1, ScatterReduction.NONE),
        new ReverseProblem(DType.F32, SHAPE, 0, 1),
        new CumulativeProblem(BinaryFunction.ADD, DType.I64, 1, 3, 2, false, false),
        new ArgReduceProblem(true, false, DType.F32, 1, 3, 2),
        new TopKProblem(true, DType.U64, 1, 3, 2, 2),
        new LikelihoodProblem(DType.F16, DType.I32, 2, 3, 1, Reduction.NONE, true, 1),
        new LikelihoodProblem(DType.F32, DType.I64, 2, 3, 1, Reduction.MEAN, true, 1),
        new LrnProblem(DType.F32, 1, 2, 3, 3, 1, 1, 1),
        new DftProblem(DType.F32, 1, 4, 1, 2, 4, 4, false, false),
        new StftProblem(DType.F32, 1, 9, 1, 2, 4, 3, 3, true),
        new WindowProblem(DType.F32, 5, true, 1, 1, 1),
        new MelProblem(DType.F32, 3, 16, 8000, 20, 3000),
        new EinsumProblem(DType.F64, List.of(2L), 1, List.of(List.of(1L), List.of(1L))),
        new DeterminantProblem(DType.F32, 2, 3),
        new RotaryProblem(DType.F32, 1, 1, 2, 4, 4, true, true, true, 2));
  }

  private static List<Problem> ofImages() {
    List<Long> ones = List.of(1L, 1L);
    List<Long> fours = List.of(4L, 4L);
    List<Problem> all = new ArrayList<>();
    for (DType mask : List.of(DType.BOOL, DType.F32)) {
      all.add(
          new AttentionProblem(
              DType.F16,
              1,
              2,
              1,
              2,
              3,
              1,
              4,
              4,
              true,
              1,
              0,
              true,
              Shape.of(2, 4),
              mask,
              true,
              AttentionProblem.Scores.MASKED));
    }
    for (RecurrentProblem.Cell cell : RecurrentProblem.Cell.values()) {
      Gate gate = Gate.of(Gate.Kind.TANH);
      List<Gate> gates = List.of(gate, gate, gate).subList(0, cell.functions());
      all.add(new RecurrentProblem(cell, 1, false, 1, 1, 2, 2, gates, 0, false, false, false));
    }
    all.add(
        new ResizeProblem(
            DType.F32,
            SHAPE,
            SHAPE,
            List.of(new ResizeProblem.Axis(1, 0, 1), new ResizeProblem.Axis(1, 0, 1)),
            Interpolation.LINEAR,
            ResizeProblem.Coordinates.HALF_PIXEL,
            ResizeProblem.Rounding.FLOOR,
            0,
            false,
            false,
            0));
    all.add(
        new GridSampleProblem(
            DType.F32,
            1,
            1,
            fours,
            fours,
            Interpolation.CUBIC,
            GridSampleProblem.Padding.ZEROS,
            true));
    all.add(new AffineGridProblem(DType.F32, 1, fours, true));
    ConvGeometry g = new ConvGeometry(1, 2, 2, 2, fours, ones, ones, ones, ones, ones);
    all.add(new ConvTransposeProblem(DType.F32, g, true));
    all.add(new FoldProblem(DType.F16, g));
    all.add(new DeformConvProblem(DType.F32, g, 1, true, true));
    PoolGeometry window = new PoolGeometry(1, 1, fours, ones, ones, ones, ones, ones, fours);
    all.add(new PoolProblem(PoolFunction.MAX, DType.F32, window, false, 0, true, true));
    all.add(new UnpoolProblem(DType.F32, 2, SHAPE, SHAPE));
    all.add(new RoiProblem(RoiProblem.Mode.MAX, DType.F32, 1, 1, 4, 4, 1, 2, 2, 0, 1, true));
    return all;
  }

  private static List<Problem> ofIntegers() {
    ConvGeometry g = ConvCases.all().get(1);
    Epilogue gelu = new Epilogue(true, true, new Activation(Activation.Kind.GELU, 0, 0));
    ScaleGrid grid = new ScaleGrid(ScaleGrid.Kind.BLOCKED, 1, 2);
    Shape one = Shape.of(1, 1);
    return List.of(
        new DynamicLinearProblem(2, 3, 4, Dense.LAYOUT, gelu),
        new DynamicConvProblem(g, new CsrLayout(), gelu),
        new DynamicQuantizeLinearProblem(SHAPE),
        new QuantizeLinearProblem(DType.BF16, DType.F32, DType.F16, DType.I4, true, SHAPE, grid),
        new QuantizeLinearProblem(DType.I32, DType.F16, DType.BF16, DType.U8, true, SHAPE, grid),
        new DequantizeLinearProblem(DType.U4, DType.F32, DType.BF16, true, SHAPE, grid),
        new ConvIntegerProblem(g, DType.U8, DType.I8, true, 1),
        new QLinearConvProblem(g, DType.U8, DType.I8, DType.I8, true, true, true),
        new MatMulIntegerProblem(SHAPE, Shape.of(3, 2), DType.U8, DType.I8, one, one),
        new QLinearMatMulProblem(
            SHAPE, Shape.of(3, 2), DType.U8, DType.I8, DType.I8, DType.F16, one, one));
  }
}
