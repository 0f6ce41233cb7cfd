package dev.pith.runtime.launch;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.BinaryProblem;
import dev.pith.kernels.elementwise.CastProblem;
import dev.pith.kernels.elementwise.SelectProblem;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.elementwise.UnaryProblem;
import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.DeviceGather;
import dev.pith.kernels.movement.GatherProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.normalize.BatchNormProblem;
import dev.pith.kernels.normalize.NormalizeProblem;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.ReduceProblem;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.reduce.SoftmaxProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Device kernels on floats, and those that move elements, agree with the reference. */
public abstract class FloatSuite {

  /** The device under test. */
  protected abstract DeviceMachine machine();

  /** Relative error of OpenCL's functions of one number: up to 16 ulp, twice over. */
  private static final double FUNCTION = 64 * 0x1p-24;

  private static final Epilogue ALL =
      new Epilogue(true, true, new Activation(Activation.Kind.LEAKY_RELU, 0.1f, 0));

  private static Tensor as(DType type, Tensor tensor) {
    return tensor == null ? null : Weights.converted(tensor, type);
  }

  private static List<Output> outputs(DType type, long... dims) {
    return List.of(new Output(type, Shape.of(dims)));
  }

  private static double rounding(DType type) {
    return type == DType.F32 ? Tolerance.RELATIVE : 4 * Tolerance.ofRounding(type);
  }

  private void checkConv(ConvGeometry g, DType type, Tensor weight, Epilogue epilogue) {
    RandomTensors random = new RandomTensors(g.hashCode());
    List<Tensor> inputs =
        Arrays.asList(
            as(type, random.floats(0, 1, g.inputShape().dims())),
            weight,
            epilogue.bias() ? as(type, random.floats(0, 1, g.outputChannels())) : null,
            epilogue.residual() ? as(type, random.floats(0, 1, g.outputShape().dims())) : null);
    machine()
        .checkClose(
            new ConvProblem(g, type, weight.dtype(), weight.layout(), epilogue),
            inputs,
            outputs(type, g.outputShape().dims()),
            rounding(type),
            Tolerance.ofSum(g.columns(), 1) + 1e-6);
  }

  @Test
  void convolutions() {
    for (ConvGeometry g : ConvCases.all()) {
      long[] dims = ConvCases.weightDims(g);
      checkConv(g, DType.F32, Weights.random(DType.F32, 0.5, dims), Epilogue.NONE);
    }
    ConvGeometry g = ConvCases.all().get(8);
    long[] dims = ConvCases.weightDims(g);
    for (DType type : List.of(DType.F16, DType.BF16, DType.I8)) {
      checkConv(g, DType.F32, Weights.random(type, 0.5, dims), ALL);
    }
    checkConv(g, DType.F16, Weights.random(DType.F16, 0.5, dims), ALL);
    for (Layout layout : List.of(new CsrLayout(), new BlockLayout(2, 4), new BitmaskLayout())) {
      checkConv(g, DType.F32, Weights.encoded(layout, DType.F32, 0.6, dims), ALL);
      checkConv(g, DType.F32, Weights.encoded(layout, DType.I8, 0.6, dims), ALL);
    }
  }

  @Test
  void linearLayers() {
    for (long[] e : new long[][] {{1, 1, 1}, {1, 10, 84}, {5, 17, 65}, {9, 4, 300}}) {
      checkLinear(e, DType.F32, Weights.random(DType.F32, 0.5, e[1], e[2]), Epilogue.NONE);
      checkLinear(e, DType.F32, Weights.random(DType.I8, 0.5, e[1], e[2]), ALL);
    }
    long[] e = {6, 37, 203};
    checkLinear(e, DType.F16, Weights.random(DType.F16, 0.5, e[1], e[2]), ALL);
    for (Layout layout : List.of(new CsrLayout(), new BlockLayout(4, 4), new BitmaskLayout())) {
      checkLinear(e, DType.F32, Weights.encoded(layout, DType.F32, 0.8, e[1], e[2]), ALL);
    }
  }

  private void checkLinear(long[] mnk, DType type, Tensor weight, Epilogue epilogue) {
    RandomTensors random = new RandomTensors(mnk[2]);
    List<Tensor> inputs =
        Arrays.asList(
            as(type, random.floats(0, 1, mnk[0], mnk[2])),
            weight,
            epilogue.bias() ? as(type, random.floats(0, 1, mnk[1])) : null,
            epilogue.residual() ? as(type, random.floats(0, 1, mnk[0], mnk[1])) : null);
    machine()
        .checkClose(
            new LinearProblem(
                mnk[0], mnk[1], mnk[2], type, weight.dtype(), weight.layout(), epilogue),
            inputs,
            outputs(type, mnk[0], mnk[1]),
            rounding(type),
            Tolerance.ofSum(mnk[2], 1) + 1e-6);
  }

  @Test
  void matrixProducts() {
    checkProduct(Shape.of(1, 1), Shape.of(1, 1), false, false);
    checkProduct(Shape.of(33, 70), Shape.of(70, 37), false, false);
    checkProduct(Shape.of(2, 3, 70, 33), Shape.of(3, 70, 5), true, false);
    checkProduct(Shape.of(4, 1, 7, 9), Shape.of(3, 31, 9), false, true);
    checkProduct(Shape.of(0, 7, 9), Shape.of(9, 3), false, false);
  }

  private void checkProduct(Shape a, Shape b, boolean transposeA, boolean transposeB) {
    MatMulProblem p = new MatMulProblem(DType.F32, a, b, transposeA, transposeB, 0.5f);
    RandomTensors random = new RandomTensors(p.m());
    long[] dims = Arrays.copyOf(p.batch().dims(), p.batch().rank() + 2);
    dims[dims.length - 2] = p.m();
    dims[dims.length - 1] = p.n();
    machine()
        .checkClose(
            p,
            List.of(random.floats(0, 1, a.dims()), random.floats(0, 1, b.dims())),
            outputs(DType.F32, dims),
            Tolerance.RELATIVE,
            Tolerance.ofSum(p.k(), 1));
  }

  @Test
  void functionsOfOneNumber() {
    Tensor x = new RandomTensors(2).floats(0, 2, 301);
    Tensor inside = Tensor.of(new float[] {-0.99f, -0.5f, -0f, 0, 1e-6f, 0.3f, 0.999f}, 7);
    Tensor above = Tensor.of(new float[] {1, 1.0001f, 2, 77}, 4);
    for (UnaryFunction f : UnaryFunction.values()) {
      if (!f.accepts(DType.F32) || f.result(DType.F32) != DType.F32) {
        continue;
      }
      Tensor of =
          switch (f) {
            case ASIN, ACOS, ATANH -> inside;
            case ACOSH, LOG -> above;
            default -> x;
          };
      UnaryProblem p = new UnaryProblem(f, DType.F32, of.shape(), 0.7f, 1.3f);
      machine().checkClose(p, List.of(of), outputs(DType.F32, of.shape().dims()), FUNCTION, 2e-6);
    }
    UnaryProblem p = new UnaryProblem(UnaryFunction.SILU, DType.F16, x.shape(), 0, 0);
    machine()
        .checkClose(
            p, List.of(as(DType.F16, x)), outputs(DType.F16, 301), rounding(DType.F16), 1e-6);
  }

  @Test
  void functionsOfTwoNumbers() {
    RandomTensors random = new RandomTensors(3);
    Tensor a = random.floats(0, 3, 4, 1, 5);
    Tensor b = random.floats(0, 3, 3, 1);
    for (BinaryFunction f : BinaryFunction.values()) {
      if (f.accepts(DType.F32)) {
        BinaryProblem p = new BinaryProblem(f, DType.F32, a.shape(), b.shape());
        machine()
            .checkClose(p, List.of(a, b), outputs(f.result(DType.F32), 4, 3, 5), FUNCTION, 4e-6);
      }
    }
  }

  @Test
  void selectionsAndConversions() {
    RandomTensors random = new RandomTensors(4);
    Tensor condition = Weights.converted(random.ints(1, 5, 1), DType.BOOL);
    for (DType type : List.of(DType.F32, DType.I64, DType.U8)) {
      Tensor a = as(type, random.ints(100, 5, 7));
      Tensor b = as(type, random.ints(100, 1));
      machine()
          .checkSame(
              new SelectProblem(type, condition.shape(), a.shape(), b.shape()),
              List.of(condition, a, b),
              outputs(type, 5, 7));
    }
    List<DType> types =
        List.of(DType.F32, DType.F16, DType.I8, DType.U8, DType.I32, DType.I64, DType.BOOL);
    for (DType from : List.of(DType.F32, DType.I64, DType.U8)) {
      for (DType to : types) {
        machine()
            .checkSame(
                new CastProblem(from, to, Shape.of(70)),
                List.of(as(from, random.ints(100, 70))),
                outputs(to, 70));
      }
    }
  }

  @Test
  void movement() {
    Shape shape = Shape.of(2, 3, 5, 4);
    StridedView view = StridedView.of(shape);
    for (DType type : List.of(DType.U8, DType.F16, DType.F32, DType.I64)) {
      Tensor x = as(type, new RandomTensors(5).ints(100, shape.dims()));
      Shape turned = Shape.of(4, 3, 2, 5);
      machine()
          .checkSame(
              CopyProblem.builder(type, turned).only(0, view.permute(3, 1, 0, 2)),
              List.of(x),
              outputs(type, turned.dims()));
    }
    CopyProblem.Builder padded = CopyProblem.builder(DType.F32, Shape.of(2, 5, 6, 4));
    StridedView inner = padded.output(0).slice(1, 1, 1, 3).slice(2, 0, 1, 5);
    padded.copy(0, view.slice(2, 4, -1, 5), 0, inner);
    padded.fillAround(-1, 0, new long[] {0, 1, 0, 0}, new long[] {2, 3, 5, 4});
    machine()
        .checkSame(
            padded.build(),
            List.of(new RandomTensors(6).floats(0, 1, shape.dims())),
            outputs(DType.F32, 2, 5, 6, 4));
  }

  @Test
  void gathersAndIndicesOutside() {
    Tensor x = new RandomTensors(7).floats(0, 1, 2, 5, 3);
    GatherProblem p = new GatherProblem(DType.F32, DType.I64, 2, true, 4, List.of(5L), 3);
    List<Output> outputs = outputs(DType.F32, 2, 4, 3);
    machine().checkSame(p, List.of(x, Tensor.of(new long[] {0, -1, 4, 2}, 1, 4, 1)), outputs);
    List<Tensor> outside = List.of(x, Tensor.of(new long[] {0, -1, 5, 2}, 1, 4, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> machine().run(new DeviceGather(), p, outside, outputs, false));
    assertTrue(e.getMessage().contains("outside"), e.getMessage());
  }

  @Test
  void pooling() {
    for (DType type : List.of(DType.F32, DType.F16, DType.U8, DType.I8)) {
      Tensor x =
          type.isFloat()
              ? as(type, new RandomTensors(8).floats(0, 1, 2, 3, 9, 8))
              : new RandomTensors(8).bytes(type, 2, 3, 9, 8);
      List<Long> ones = Collections.nCopies(2, 1L);
      PoolGeometry g =
          new PoolGeometry(
              2,
              3,
              List.of(9L, 8L),
              List.of(3L, 2L),
              List.of(2L, 3L),
              ones,
              ones,
              ones,
              List.of(5L, 3L));
      for (PoolFunction f : List.of(PoolFunction.MAX, PoolFunction.AVERAGE)) {
        for (boolean count : new boolean[] {false, true}) {
          if (f == PoolFunction.MAX || type.isFloat()) {
            machine()
                .checkClose(
                    new PoolProblem(f, type, g, count, 0, false, false),
                    List.of(x),
                    outputs(type, 2, 3, 5, 3),
                    rounding(type),
                    1e-6);
          }
        }
      }
    }
  }

  @Test
  void reductions() {
    Shape shape = Shape.of(3, 70, 2, 5);
    Tensor x = new RandomTensors(9).scales(1, shape.dims());
    for (ReduceFunction f : ReduceFunction.values()) {
      for (List<Integer> axes : List.of(List.of(1), List.of(0, 3), List.of(0, 1, 2, 3))) {
        ReduceProblem p = new ReduceProblem(f, DType.F32, shape, axes);
        // Products of 2100 numbers leave the range of fp32.
        boolean finite = f != ReduceFunction.PROD || axes.size() < 4;
        if (f != ReduceFunction.LOG_SUM_EXP && finite) {
          machine()
              .checkClose(p, List.of(x), outputs(DType.F32, p.outputs()), 100 * FUNCTION, 1e-6);
        }
      }
    }
    Tensor rows = new RandomTensors(10).floats(0, 5, 3, 70, 2);
    for (SoftmaxFunction f : List.of(SoftmaxFunction.SOFTMAX, SoftmaxFunction.LOG_SOFTMAX)) {
      machine()
          .checkClose(
              new SoftmaxProblem(f, DType.F32, 3, 70, 2),
              List.of(rows),
              outputs(DType.F32, 3, 70, 2),
              FUNCTION,
              4e-6);
    }
  }

  @Test
  void normalization() {
    RandomTensors random = new RandomTensors(11);
    List<Tensor> inputs =
        List.of(random.floats(1, 2, 5, 77), random.floats(1, 1, 77), random.floats(0, 1, 77));
    for (boolean centered : new boolean[] {true, false}) {
      machine()
          .checkClose(
              new NormalizeProblem(DType.F32, 5, 77, 77, 1, centered, 1e-5f, true, true, 0),
              inputs,
              outputs(DType.F32, 5, 77),
              FUNCTION,
              4e-6);
    }
    List<Tensor> moments =
        List.of(
            random.floats(1, 2, 2, 6, 35),
            random.floats(1, 1, 6),
            random.floats(0, 1, 6),
            random.floats(0, 1, 6),
            random.scales(1, 6));
    machine()
        .checkClose(
            new BatchNormProblem(DType.F32, DType.F32, 2, 6, 35, 1e-5f),
            moments,
            outputs(DType.F32, 2, 6, 35),
            FUNCTION,
            4e-6);
  }
}
