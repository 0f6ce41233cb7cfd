package dev.pith.runtime.launch;

import dev.pith.kernels.Problem;
import dev.pith.kernels.attention.AttentionProblem;
import dev.pith.kernels.attention.AttentionProblem.Scores;
import dev.pith.kernels.attention.RotaryProblem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvTransposeProblem;
import dev.pith.kernels.conv.DeformConvProblem;
import dev.pith.kernels.conv.FoldProblem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.BinaryProblem;
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
import dev.pith.kernels.normalize.NormalizeProblem;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.pool.RoiProblem;
import dev.pith.kernels.pool.UnpoolProblem;
import dev.pith.kernels.recurrent.Gate;
import dev.pith.kernels.recurrent.RecurrentProblem;
import dev.pith.kernels.recurrent.RecurrentProblem.Cell;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.ReduceProblem;
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
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Device kernels of the less common operators agree with the reference. */
public abstract class OperatorSuite {

  private static final double CLOSE = 2e-5;

  private final RandomTensors random = new RandomTensors(21);

  /** The device under test. */
  protected abstract DeviceMachine machine();

  private static Output out(DType type, long... dims) {
    return new Output(type, Shape.of(dims));
  }

  private void close(Problem problem, List<Tensor> inputs, Output... outputs) {
    machine().checkClose(problem, inputs, List.of(outputs), CLOSE, CLOSE);
  }

  private void same(Problem problem, List<Tensor> inputs, Output... outputs) {
    machine().checkSame(problem, inputs, List.of(outputs));
  }

  private Tensor floats(long... dims) {
    return random.floats(0, 1, dims);
  }

  @Test
  void attentionOfEveryKind() {
    for (Scores scores : Scores.values()) {
      boolean packed = scores == Scores.CAPPED;
      AttentionProblem p =
          new AttentionProblem(
              DType.F32,
              2,
              4,
              2,
              3,
              5,
              packed ? 0 : 2,
              7,
              9,
              packed,
              0.3f,
              packed ? 2 : 0,
              scores == Scores.MASKED,
              Shape.of(1, 1, 3, packed ? 5 : 7),
              DType.F32,
              false,
              scores);
      List<Tensor> inputs =
          Arrays.asList(
              packed ? floats(2, 3, 28) : floats(2, 4, 3, 7),
              packed ? floats(2, 5, 14) : floats(2, 2, 5, 7),
              packed ? floats(2, 5, 18) : floats(2, 2, 5, 9),
              floats(1, 1, 3, p.total()),
              packed ? null : floats(2, 2, 2, 7),
              packed ? null : floats(2, 2, 2, 9));
      close(
          p,
          inputs,
          packed ? out(DType.F32, 2, 3, 36) : out(DType.F32, 2, 4, 3, 9),
          out(DType.F32, 2, 2, p.total(), 7),
          out(DType.F32, 2, 2, p.total(), 9),
          out(DType.F32, 2, 4, 3, p.total()));
    }
    close(
        new RotaryProblem(DType.F32, 2, 3, 5, 8, 6, true, true, true, 11),
        List.of(
            floats(2, 5, 24),
            floats(11, 3),
            floats(11, 3),
            Tensor.of(new long[] {0, 10, 3, 2, 1, 4, 5, 6, 7, 8}, 2, 5)),
        out(DType.F32, 2, 5, 24));
  }

  @Test
  void recurrentLayers() {
    Gate sigmoid = Gate.of(Gate.Kind.SIGMOID);
    Gate tanh = Gate.of(Gate.Kind.TANH);
    for (Cell cell : Cell.values()) {
      for (boolean variant : new boolean[] {false, true}) {
        boolean lstm = cell == Cell.LSTM;
        boolean gru = cell == Cell.GRU;
        List<Gate> one =
            switch (cell) {
              case LSTM -> List.of(sigmoid, tanh, tanh);
              case GRU -> List.of(sigmoid, tanh);
              case RNN -> List.of(tanh);
            };
        List<Gate> gates = new ArrayList<>(one);
        gates.addAll(one);
        RecurrentProblem p =
            new RecurrentProblem(
                cell, 2, false, 4, 3, 5, 6, gates, 1.5f, lstm && variant, gru && variant, variant);
        int rows = p.rows();
        long[] state = variant ? new long[] {3, 2, 6} : new long[] {2, 3, 6};
        List<Tensor> inputs =
            Arrays.asList(
                variant ? floats(3, 4, 5) : floats(4, 3, 5),
                floats(2L * rows, 5),
                floats(2L * rows, 6),
                floats(2, 2L * rows),
                variant ? null : Tensor.of(new int[] {4, 2, 0}, 3),
                floats(state),
                lstm ? floats(state) : null,
                lstm ? floats(2, 18) : null);
        Output all = variant ? out(DType.F32, 3, 4, 2, 6) : out(DType.F32, 4, 2, 3, 6);
        Output last = out(DType.F32, state);
        close(p, inputs, lstm ? new Output[] {all, last, last} : new Output[] {all, last});
      }
    }
  }

  @Test
  void resampling() {
    Shape input = Shape.of(2, 3, 5, 7);
    Shape output = Shape.of(2, 3, 8, 4);
    List<ResizeProblem.Axis> axes = new ArrayList<>();
    for (int d = 0; d < 4; d++) {
      axes.add(new ResizeProblem.Axis((double) output.dim(d) / input.dim(d), -0.2, 0.9));
    }
    for (Interpolation interpolation : Interpolation.values()) {
      for (ResizeProblem.Coordinates c : ResizeProblem.Coordinates.values()) {
        ResizeProblem p =
            new ResizeProblem(
                DType.F32,
                input,
                output,
                axes,
                interpolation,
                c,
                ResizeProblem.Rounding.PREFER_FLOOR,
                -0.75f,
                true,
                interpolation == Interpolation.CUBIC,
                9);
        close(p, List.of(floats(input.dims())), out(DType.F32, output.dims()));
      }
      for (GridSampleProblem.Padding padding : GridSampleProblem.Padding.values()) {
        GridSampleProblem p =
            new GridSampleProblem(
                DType.F32,
                2,
                3,
                List.of(5L, 7L),
                List.of(4L, 3L),
                interpolation,
                padding,
                padding == GridSampleProblem.Padding.BORDER);
        close(p, List.of(floats(input.dims()), floats(2, 4, 3, 2)), out(DType.F32, 2, 3, 4, 3));
      }
    }
    close(
        new AffineGridProblem(DType.F32, 2, List.of(3L, 4L, 5L), false),
        List.of(floats(2, 3, 4)),
        out(DType.F32, 2, 3, 4, 5, 3));
  }

  private static ConvGeometry geometry(long in, long outs, long groups) {
    List<Long> ones = List.of(1L, 1L);
    return new ConvGeometry(
        2, in, outs, groups, List.of(7L, 6L), List.of(3L, 2L), List.of(2L, 1L), ones, ones, ones);
  }

  @Test
  void convolutionsThatSpreadPixels() {
    ConvGeometry g = geometry(4, 6, 2);
    long[] image = g.inputShape().dims();
    long[] windows = g.outputShape().dims();
    close(
        new ConvTransposeProblem(DType.F32, g, true),
        List.of(floats(windows), floats(6, 2, 3, 2), floats(4)),
        out(DType.F32, image));
    close(
        new DeformConvProblem(DType.F32, g, 2, true, true),
        List.of(
            floats(image),
            floats(6, 2, 3, 2),
            floats(2, 24, windows[2], windows[3]),
            floats(6),
            floats(2, 12, windows[2], windows[3])),
        out(DType.F32, windows));
    ConvGeometry own = geometry(3, 3, 3);
    close(
        new FoldProblem(DType.F32, own),
        List.of(floats(2, 3 * own.taps(), own.outputPixels())),
        out(DType.F32, own.inputShape().dims()));
  }

  @Test
  void poolsWithPlacesAndRegions() {
    List<Long> twos = List.of(2L, 2L);
    List<Long> ones = List.of(1L, 1L);
    List<Long> none = List.of(0L, 0L);
    PoolGeometry g =
        new PoolGeometry(2, 3, List.of(6L, 8L), twos, twos, ones, none, none, List.of(3L, 4L));
    for (boolean first : new boolean[] {false, true}) {
      close(
          new PoolProblem(PoolFunction.MAX, DType.F32, g, false, 0, true, first),
          List.of(floats(2, 3, 6, 8)),
          out(DType.F32, 2, 3, 3, 4),
          out(DType.I64, 2, 3, 3, 4));
    }
    close(
        new PoolProblem(PoolFunction.LP, DType.F32, g, false, 3, false, false),
        List.of(floats(2, 3, 6, 8)),
        out(DType.F32, 2, 3, 3, 4));
    // Place 5 is named twice: the later one stays.
    same(
        new UnpoolProblem(DType.F32, 4, Shape.of(1, 1, 4, 4), Shape.of(1, 1, 5, 4)),
        List.of(floats(1, 1, 2, 2), Tensor.of(new long[] {5, 0, 15, 5}, 1, 1, 2, 2)),
        out(DType.F32, 1, 1, 5, 4));
    for (RoiProblem.Mode mode : RoiProblem.Mode.values()) {
      boolean whole = mode == RoiProblem.Mode.MAX_WHOLE;
      RoiProblem p = new RoiProblem(mode, DType.F32, 2, 3, 9, 8, 2, 3, 2, 2, 0.5f, !whole);
      Tensor regions =
          whole
              ? Tensor.of(new float[] {1, 0, 2, 13, 15, 0, 4, 4, 9, 7}, 2, 5)
              : Tensor.of(new float[] {0, 2, 13, 15, 4, 4, 9, 7}, 2, 4);
      close(
          p,
          whole
              ? List.of(floats(2, 3, 9, 8), regions)
              : List.of(floats(2, 3, 9, 8), regions, Tensor.of(new long[] {1, 0}, 2)),
          out(DType.F32, 2, 3, 3, 2));
    }
  }

  @Test
  void spectraAndAlgebra() {
    close(
        new DftProblem(DType.F32, 2, 9, 3, 2, 11, 11, true, false),
        List.of(floats(2, 9, 3, 2)),
        out(DType.F32, 2, 11, 3, 2));
    close(
        new StftProblem(DType.F32, 2, 40, 1, 7, 16, 4, 9, true),
        List.of(floats(2, 40, 1), floats(1), floats(16)),
        out(DType.F32, 2, 4, 9, 2));
    close(new WindowProblem(DType.F32, 33, true, 0.42, 0.5, 0.08), List.of(), out(DType.F32, 33));
    close(new MelProblem(DType.F32, 5, 64, 8000, 20, 3000), List.of(), out(DType.F32, 33, 5));
    close(
        new EinsumProblem(
            DType.F32, List.of(3L, 5L, 4L), 2, List.of(List.of(4L, 0L, 1L), List.of(0L, 1L, 5L))),
        List.of(floats(3, 4), floats(4, 5)),
        out(DType.F32, 3, 5));
    close(new DeterminantProblem(DType.F32, 70, 3), List.of(floats(70, 3, 3)), out(DType.F32, 70));
  }

  @Test
  void elementsByIndex() {
    Shape x = Shape.of(5, 6, 4);
    Tensor indices = Tensor.of(new long[] {0, -1, 3, 3, 3, -5, 4, 2}, 2, 2, 2);
    for (DType type : List.of(DType.F32, DType.U8, DType.I64)) {
      Tensor values = Weights.converted(random.ints(100, 5, 6, 4), type);
      Tensor updates = Weights.converted(random.ints(100, 2, 2, 2), type);
      same(
          new GatherElementsProblem(type, DType.I64, x, Shape.of(2, 2, 2), 0),
          List.of(values, indices),
          out(type, 2, 2, 2));
      for (ScatterReduction reduction : ScatterReduction.values()) {
        same(
            new ScatterElementsProblem(type, DType.I64, x, Shape.of(2, 2, 2), 0, reduction),
            List.of(values, indices, updates),
            out(type, x.dims()));
        same(
            new ScatterProblem(type, DType.I64, 4, List.of(5L, 6L), 4, reduction),
            List.of(
                values,
                Tensor.of(new long[] {1, 2, 0, 0, 1, 2, -1, -6}, 4, 2),
                Weights.converted(random.ints(100, 4, 4), type)),
            out(type, x.dims()));
      }
    }
    same(
        new OneHotProblem(DType.F32, DType.I32, 3, 5, 2),
        List.of(
            Tensor.of(new float[] {0.9f, -1, 4, 5, -5, -6}, 3, 2),
            Tensor.of(new long[] {5}, 1),
            Tensor.of(new int[] {7, 9}, 2)),
        out(DType.I32, 3, 5, 2));
    same(
        new ReverseProblem(DType.F32, Shape.of(3, 5, 2), 0, 1),
        List.of(floats(3, 5, 2), Tensor.of(new long[] {0, 5, 3}, 3)),
        out(DType.F32, 3, 5, 2));
  }

  @Test
  void searchesAndRunningSums() {
    for (DType type : List.of(DType.F32, DType.I8, DType.I64)) {
      // Few values, so that many are equal.
      Tensor x = Weights.converted(random.ints(9, 3, 150, 2), type);
      for (boolean flag : new boolean[] {false, true}) {
        same(new ArgReduceProblem(flag, !flag, type, 3, 150, 2), List.of(x), out(DType.I64, 3, 2));
        same(
            new TopKProblem(flag, type, 3, 150, 2, 7),
            List.of(x),
            out(type, 3, 7, 2),
            out(DType.I64, 3, 7, 2));
        same(
            new CumulativeProblem(BinaryFunction.ADD, type, 3, 150, 2, flag, !flag),
            List.of(x),
            out(type, 3, 150, 2));
      }
    }
  }

  @Test
  void integersAndTruthValues() {
    for (DType type : List.of(DType.I8, DType.U8, DType.I32, DType.U32, DType.I64)) {
      Tensor a = Weights.converted(random.ints(100, 4, 1, 5), type);
      Tensor b = Weights.converted(random.ints(3, 3, 1), type);
      for (BinaryFunction f : BinaryFunction.values()) {
        boolean shift = f == BinaryFunction.SHIFT_LEFT || f == BinaryFunction.SHIFT_RIGHT;
        if (f.accepts(type) && (!shift || type.isUnsigned())) {
          BinaryProblem p = new BinaryProblem(f, type, a.shape(), b.shape());
          same(p, List.of(a, b), out(p.outputType(), 4, 3, 5));
        }
      }
      for (ReduceFunction f : ReduceFunction.values()) {
        boolean real = f == ReduceFunction.L2 || f == ReduceFunction.LOG_SUM;
        if (!real && f != ReduceFunction.LOG_SUM_EXP) {
          ReduceProblem p = new ReduceProblem(f, type, Shape.of(4, 1, 5), List.of(0, 2));
          same(p, List.of(a), out(type, 1));
        }
      }
    }
    ReduceProblem exponentials =
        new ReduceProblem(ReduceFunction.LOG_SUM_EXP, DType.F32, Shape.of(3, 70, 2), List.of(1));
    close(exponentials, List.of(random.floats(90, 5, 3, 70, 2)), out(DType.F32, 3, 2));
  }

  @Test
  void lossesAndNorms() {
    Tensor target = Tensor.of(new long[] {0, 4, 2, 1, 3, 1, 0, 2, 2, 4, 1, 3}, 3, 4);
    for (Reduction reduction : Reduction.values()) {
      close(
          new LikelihoodProblem(DType.F32, DType.I64, 3, 5, 4, reduction, true, 2),
          List.of(floats(3, 5, 4), target, random.scales(1, 5)),
          reduction == Reduction.NONE ? out(DType.F32, 3, 4) : out(DType.F32));
    }
    close(
        new NormalizeProblem(DType.F32, 5, 77, 77, 1, true, 1e-5f, false, true, 2),
        Arrays.asList(floats(5, 77), null, floats(77)),
        out(DType.F32, 5, 77),
        out(DType.F32, 5, 1),
        out(DType.F32, 5, 1));
    close(
        new LrnProblem(DType.F32, 2, 7, 9, 4, 0.5f, 0.75f, 1.2f),
        List.of(floats(2, 7, 9)),
        out(DType.F32, 2, 7, 9));
  }
}
