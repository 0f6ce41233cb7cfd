package dev.pith.bench.layer;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A layer's problem and operands with fixed random values, as Pith and as the peer take them. int8
 * weights stay within ±63: then the peer's 16-bit sums cannot saturate and its results can be
 * checked. Convolutions have a bias, linear layers have none, as the peer's operators. Immutable.
 *
 * @param spec what was asked for
 * @param problem what kernels solve
 * @param input activations
 * @param denseWeight the weight with its zeros in place: [O, kernel, C / groups] or [N, K]
 * @param weight the same, in the layout
 * @param scale F32 for each output; {@code null} for fp32 layers
 * @param bias I32 or F32 for each output; {@code null} for linear layers
 * @param outputShape extents of the result
 */
public record LayerOperands(
    LayerSpec spec,
    Problem problem,
    Tensor input,
    Tensor denseWeight,
    Tensor weight,
    Tensor scale,
    Tensor bias,
    Shape outputShape) {

  /** Zero point of int8 activations. */
  static final int ZERO_POINT = 128;

  /** Zero point and lower clamp of int8 outputs: the layer ends in a ReLU. */
  static final int OUTPUT_ZERO_POINT = 0;

  /** The operands of {@code spec}; the same for the same spec. */
  public static LayerOperands of(LayerSpec spec) {
    SplittableRandom random = new SplittableRandom(42);
    ConvGeometry geometry = spec.isConv() ? geometry(spec) : null;
    Shape inputShape =
        spec.isConv() ? geometry.inputShape() : Shape.of(spec.extent("m"), spec.extent("k"));
    long outputs = spec.isConv() ? spec.extent("o") : spec.extent("n");
    long columns = spec.isConv() ? geometry.columns() : spec.extent("k");
    Shape outputShape =
        spec.isConv() ? geometry.outputShape() : Shape.of(spec.extent("m"), spec.extent("n"));
    Shape weightShape =
        spec.isConv()
            ? Shape.of(
                outputs, spec.extent("k"), spec.extent("k"), spec.extent("c") / spec.extent("g"))
            : Shape.of(outputs, columns);
    Tensor input = activations(spec, inputShape, random);
    Tensor dense = weights(spec, weightShape, random);
    Tensor scale = spec.isInt8() ? scales(outputs, columns * (1 - spec.sparsity())) : null;
    Tensor bias = spec.isConv() ? bias(spec, outputs, random) : null;
    return new LayerOperands(
        spec,
        problem(spec, geometry),
        input,
        dense,
        spec.layout().encode(dense, Arena.ofAuto()),
        scale,
        bias,
        outputShape);
  }

  private static ConvGeometry geometry(LayerSpec spec) {
    List<Long> pads = Collections.nCopies(2, (spec.extent("k") - 1) / 2);
    long height = spec.extent("h");
    return new ConvGeometry(
        spec.extent("b"),
        spec.extent("c"),
        spec.extent("o"),
        spec.extent("g"),
        List.of(height, spec.extents().getOrDefault("w", height)),
        Collections.nCopies(2, spec.extent("k")),
        Collections.nCopies(2, spec.extent("s")),
        List.of(1L, 1L),
        pads,
        pads);
  }

  private static Problem problem(LayerSpec spec, ConvGeometry geometry) {
    if (spec.isInt8()) {
      Requantize requantize =
          new Requantize(DType.U8, ZERO_POINT, OUTPUT_ZERO_POINT, OUTPUT_ZERO_POINT, 255);
      return spec.isConv()
          ? new QConvProblem(geometry, spec.layout(), true, requantize)
          : new QLinearProblem(
              spec.extent("m"),
              spec.extent("n"),
              spec.extent("k"),
              spec.layout(),
              false,
              requantize);
    }
    return spec.isConv()
        ? new ConvProblem(
            geometry,
            DType.F32,
            DType.F32,
            spec.layout(),
            new Epilogue(true, false, Activation.NONE))
        : new LinearProblem(
            spec.extent("m"),
            spec.extent("n"),
            spec.extent("k"),
            DType.F32,
            DType.F32,
            spec.layout(),
            Epilogue.NONE);
  }

  private static Tensor activations(LayerSpec spec, Shape shape, SplittableRandom random) {
    DType dtype = spec.isInt8() ? DType.U8 : DType.F32;
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    for (long i = 0; i < shape.elementCount(); i++) {
      double value = spec.isInt8() ? random.nextInt(256) : random.nextDouble(-1, 1);
      Elements.setDouble(dtype, tensor.values(), i, value);
    }
    return tensor;
  }

  private static Tensor weights(LayerSpec spec, Shape shape, SplittableRandom random) {
    DType dtype = spec.isInt8() ? DType.I8 : DType.F32;
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
    int[] block = spec.block();
    long columns = tensor.columns();
    for (long row = 0; row < tensor.rows(); row += block[0]) {
      for (long column = 0; column < columns; column += block[1]) {
        if (random.nextDouble() >= spec.sparsity()) {
          for (long r = row; r < Math.min(tensor.rows(), row + block[0]); r++) {
            for (long c = column; c < Math.min(columns, column + block[1]); c++) {
              int magnitude = random.nextInt(1, 64);
              double value = random.nextBoolean() ? magnitude : -magnitude;
              Elements.setDouble(
                  dtype, tensor.values(), r * columns + c, spec.isInt8() ? value : value / 64);
            }
          }
        }
      }
    }
    return tensor;
  }

  /** Scales that spread results over the 8-bit range: sums deviate by about √K · 36 · 74. */
  private static Tensor scales(long outputs, double products) {
    float[] scales = new float[Math.toIntExact(outputs)];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) (90 / (Math.sqrt(products + 1) * 36 * 74) * (1 + 0.001 * i));
    }
    return Tensor.of(scales, outputs);
  }

  private static Tensor bias(LayerSpec spec, long outputs, SplittableRandom random) {
    DType dtype = spec.isInt8() ? DType.I32 : DType.F32;
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, Shape.of(outputs));
    for (long i = 0; i < outputs; i++) {
      double value = random.nextDouble(-1, 1);
      Elements.setDouble(
          dtype, tensor.values(), i, spec.isInt8() ? Math.rint(1000 * value) : value);
    }
    return tensor;
  }

  /** Operands in the order in which kernels take them; {@code null} where there is none. */
  Tensor[] inputs() {
    return spec.isInt8()
        ? new Tensor[] {input, weight, scale, bias}
        : new Tensor[] {input, weight, bias};
  }

  /** Element type of the result. */
  DType outputType() {
    return spec.isInt8() ? DType.U8 : DType.F32;
  }

  /** Fraction of the weights that is not zero. */
  public double density() {
    long zeros = 0;
    long count = denseWeight.shape().elementCount();
    for (long i = 0; i < count; i++) {
      zeros += denseWeight.getDouble(i) == 0 ? 1 : 0;
    }
    return 1 - (double) zeros / count;
  }

  /**
   * Bytes that a run must move at least: activations in, weights in their layout, results out. What
   * bounds a layer whose operands come from memory.
   */
  public long bytesMoved() {
    long bytes = outputType().byteSize(outputShape.elementCount());
    for (Tensor operand : inputs()) {
      bytes += operand == null ? 0 : operand.byteSize();
    }
    return bytes;
  }
}
