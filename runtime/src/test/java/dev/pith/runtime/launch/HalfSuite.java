package dev.pith.runtime.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.Activation;
import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.conv.DeviceHalfConv;
import dev.pith.kernels.matmul.DeviceHalfLinear;
import dev.pith.kernels.matmul.DeviceHalfMatMul;
import dev.pith.kernels.matmul.HalfProduct.Tile;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Tolerance;
import dev.pith.kernels.testing.Weights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Products of fp16 on matrix units agree with the reference: every way to load, edges of tiles. */
public abstract class HalfSuite {

  /** The device under test. */
  protected abstract DeviceMachine machine();

  /** Whether programs take so long to compile that most tests run only where they are asked for. */
  protected boolean compilesSlowly() {
    return false;
  }

  private void assumeTime() {
    Assumptions.assumeTrue(
        !compilesSlowly() || Boolean.getBoolean("pith.slow"),
        "compiles dozens of programs; -Dpith.slow=true runs it");
  }

  private static final Epilogue ALL =
      new Epilogue(true, true, new Activation(Activation.Kind.LEAKY_RELU, 0.1f, 0));

  private static final double RELATIVE = 4 * Tolerance.ofRounding(DType.F16);

  private static Tensor half(RandomTensors random, long... dims) {
    return Weights.converted(random.floats(0, 1, dims), DType.F16);
  }

  private static double sum(long k) {
    return Tolerance.ofSum(k, 1) + 1e-6;
  }

  private static List<Output> output(long... dims) {
    return List.of(new Output(DType.F16, Shape.of(dims)));
  }

  private <P extends Problem> void supported(DeviceKernel<P> kernel, P problem) {
    assertEquals("", machine().refusal(kernel, problem), kernel.name() + ", " + problem);
  }

  private void linear(Tile tile, long m, long n, long k, Epilogue epilogue) {
    LinearProblem p = new LinearProblem(m, n, k, DType.F16, DType.F16, Dense.LAYOUT, epilogue);
    supported(new DeviceHalfLinear(tile), p);
    RandomTensors random = new RandomTensors(m + k);
    List<Tensor> inputs =
        Arrays.asList(
            half(random, m, k),
            Weights.random(DType.F16, 1, n, k),
            epilogue.bias() ? half(random, n) : null,
            epilogue.residual() ? half(random, m, n) : null);
    machine().checkClose(p, inputs, output(m, n), RELATIVE, sum(k));
  }

  private void product(Tile tile, Shape a, Shape b, boolean transposeA, boolean transposeB) {
    MatMulProblem p = new MatMulProblem(DType.F16, a, b, transposeA, transposeB, 0.5f);
    supported(new DeviceHalfMatMul(tile), p);
    RandomTensors random = new RandomTensors(p.m());
    long[] dims = Arrays.copyOf(p.batch().dims(), p.batch().rank() + 2);
    dims[dims.length - 2] = p.m();
    dims[dims.length - 1] = p.n();
    List<Tensor> inputs = List.of(half(random, a.dims()), half(random, b.dims()));
    machine().checkClose(p, inputs, output(dims), RELATIVE, sum(p.k()));
  }

  private void conv(Tile tile, ConvGeometry g, Epilogue epilogue) {
    ConvProblem p = new ConvProblem(g, DType.F16, DType.F16, Dense.LAYOUT, epilogue);
    supported(new DeviceHalfConv(tile), p);
    RandomTensors random = new RandomTensors(g.hashCode());
    List<Tensor> inputs =
        Arrays.asList(
            half(random, g.inputShape().dims()),
            Weights.random(DType.F16, 1, ConvCases.weightDims(g)),
            epilogue.bias() ? half(random, g.outputChannels()) : null,
            epilogue.residual() ? half(random, g.outputShape().dims()) : null);
    machine().checkClose(p, inputs, output(g.outputShape().dims()), RELATIVE, sum(g.columns()));
  }

  private static ConvGeometry geometry(long batch, long in, long out, long size, long kernel) {
    List<Long> ones = List.of(1L, 1L);
    List<Long> pads = List.of(kernel / 2, kernel / 2);
    return new ConvGeometry(
        batch,
        in,
        out,
        1,
        List.of(size, size + 1),
        List.of(kernel, kernel),
        ones,
        ones,
        pads,
        pads);
  }

  /** One linear layer of several tiles and one convolution. */
  @Test
  void aLinearLayerAndAConvolution() {
    linear(Tile.SMALL, 65, 70, 200, ALL);
    conv(Tile.SMALL, geometry(2, 16, 70, 7, 3), ALL);
  }

  /** Fewer and more steps than run ahead, parts of steps and of tiles. */
  @Test
  void linearLayers() {
    assumeTime();
    linear(Tile.SMALL, 1, 1, 8, ALL);
    linear(Tile.SMALL, 65, 70, 200, ALL);
    linear(Tile.SMALL, 3, 66, 37, ALL);
  }

  @Test
  void largeTilesOfLinearLayers() {
    assumeTime();
    linear(Tile.LARGE, 130, 140, 72, Epilogue.NONE);
    linear(Tile.LARGE, 65, 129, 33, Epilogue.NONE);
    linear(Tile.WIDE, 129, 140, 136, Epilogue.NONE);
  }

  @Test
  void matrixProducts() {
    assumeTime();
    product(Tile.SMALL, Shape.of(33, 40), Shape.of(40, 72), false, false);
    product(Tile.SMALL, Shape.of(2, 3, 40, 72), Shape.of(3, 5, 40), true, true);
  }

  @Test
  void matrixProductsOfOddExtents() {
    assumeTime();
    product(Tile.SMALL, Shape.of(4, 1, 7, 9), Shape.of(3, 9, 31), false, false);
    product(Tile.SMALL, Shape.of(2, 70, 33), Shape.of(66, 70), true, true);
    product(Tile.LARGE, Shape.of(129, 67), Shape.of(65, 129), true, true);
  }

  @Test
  void convolutions() {
    assumeTime();
    conv(Tile.SMALL, geometry(2, 16, 70, 7, 3), ALL);
    conv(Tile.SMALL, geometry(2, 24, 5, 7, 1), ALL);
    conv(Tile.SMALL, geometry(3, 5, 17, 6, 1), ALL);
  }

  @Test
  void convolutionsOfAwkwardExtents() {
    assumeTime();
    for (ConvGeometry g : ConvCases.all()) {
      if (g.groups() == 1 && g.outputShape().elementCount() > 0) {
        conv(Tile.SMALL, g, Epilogue.NONE);
      }
    }
  }

  @Test
  void largeTilesOfConvolutions() {
    assumeTime();
    conv(Tile.LARGE, geometry(2, 8, 70, 9, 3), Epilogue.NONE);
    conv(Tile.WIDE, geometry(2, 8, 65, 15, 1), Epilogue.NONE);
  }
}
