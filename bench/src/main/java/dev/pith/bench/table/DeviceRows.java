package dev.pith.bench.table;

import dev.pith.bench.table.DevicePlan.LayerRow;
import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.launch.KernelTimes;
import dev.pith.runtime.plan.Operands;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Compressed layers on a GPU beside the vendor's libraries on the same device: 2:4 weights, blocks
 * at few rows with weights out of memory, blocks and CSR at many. Time is that of whole layers,
 * with whatever a library needs before and after.
 */
final class DeviceRows {

  /** More bytes than the largest cache of a GPU. */
  private static final long COLD_BYTES = 160L << 20;

  private final DevicePlan plan;
  private final PrintStream out;

  DeviceRows(DevicePlan plan, PrintStream out) {
    this.plan = plan;
    this.out = out;
  }

  /** Prints the rows of layers; false if a promise that the device owes is not kept. */
  boolean print(Device device) {
    out.println(device.description());
    double copyRate = copyRate(device);
    out.printf(Locale.ROOT, "%nCopies within its memory, measured: %.1f GB/s.%n%n", copyRate);
    out.println(
        "| layer, int8 | rows | kernel us | peer | peer us | faster | promised | weights GB/s"
            + " | of copies | verdict |");
    out.println("|---|--:|--:|---|--:|--:|--:|--:|--:|---|");
    boolean kept = true;
    for (LayerRow layer : plan.layers()) {
      DeviceVerdict verdict = measure(device, copyRate, layer);
      out.println(verdict.line());
      kept &= verdict.isKept();
    }
    return kept;
  }

  /** GB/s read and written by a copy of more bytes than caches hold. */
  private double copyRate(Device device) {
    Shape shape = Shape.of(plan.copied());
    TensorType type = new TensorType(DType.F32, shape);
    Problem copy = CopyProblem.builder(DType.F32, shape).only(0, StridedView.of(shape));
    Operands operands = new Operands(Collections.singletonList(null), List.of(type), List.of(type));
    double micros = fastest(KernelTimes.of(device, copy, operands, 1));
    return 2.0 * DType.F32.byteSize(shape.elementCount()) / micros / 1e3;
  }

  /** The least time of the device's own kernels. */
  private static double fastest(Map<String, Double> times) {
    return times.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("device_"))
        .mapToDouble(Map.Entry::getValue)
        .min()
        .orElseThrow();
  }

  private DeviceVerdict measure(Device device, double copyRate, LayerRow layer) {
    long width = layer.width();
    Tensor dense = weights(layer.layout(), layer.sparsity(), width);
    Tensor encoded = layer.layout().encode(dense, Arena.ofAuto());
    double best = fastest(integers(device, layer.layout(), encoded, width, layer.rows()));
    Map<String, Double> theirs =
        switch (layer.peer()) {
          case DevicePlan.BLAS -> integers(device, Dense.LAYOUT, dense, width, layer.rows());
          case DevicePlan.HALVES -> halves(device, width, layer.rows());
          default -> {
            Tensor csr = new CsrLayout().encode(dense, Arena.ofAuto());
            yield integers(device, new CsrLayout(), csr, width, layer.rows());
          }
        };
    boolean isThere = theirs.containsKey(layer.peer());
    return new DeviceVerdict(
        layer,
        best,
        isThere ? theirs.get(layer.peer()) : fastest(theirs),
        isThere,
        device.target().kind() == Target.Kind.CUDA,
        encoded.byteSize() / best / 1e3,
        copyRate);
  }

  private int copies(Tensor weight) {
    return Math.clamp(COLD_BYTES / weight.byteSize() + 1, 1, plan.copies());
  }

  private Map<String, Double> integers(
      Device device, Layout layout, Tensor weight, long width, long rows) {
    Requantize requantize = new Requantize(DType.U8, 128, 128, 0, 255);
    Tensor scales = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(width));
    Problem problem = new QLinearProblem(rows, width, width, layout, false, requantize);
    return KernelTimes.of(
        device, problem, operands(DType.U8, weight, scales, width, rows, DType.U8), copies(weight));
  }

  private Map<String, Double> halves(Device device, long width, long rows) {
    Tensor weight = Tensor.allocate(Arena.ofAuto(), DType.F16, Shape.of(width, width));
    Epilogue plain = new Epilogue(false, false, Activation.NONE);
    Problem problem =
        new LinearProblem(rows, width, width, DType.F16, DType.F16, Dense.LAYOUT, plain);
    return KernelTimes.of(
        device, problem, operands(DType.F16, weight, null, width, rows, DType.F16), copies(weight));
  }

  private static Operands operands(
      DType input, Tensor weight, Tensor scales, long width, long rows, DType output) {
    TensorType scaleType = scales == null ? null : new TensorType(DType.F32, scales.shape());
    return new Operands(
        Arrays.asList(null, weight, scales, null),
        Arrays.asList(
            new TensorType(input, Shape.of(rows, width)),
            new TensorType(weight.dtype(), weight.shape()),
            scaleType,
            null),
        Arrays.asList(new TensorType(output, Shape.of(rows, width))));
  }

  /** Random int8 weights with whole blocks of zeros, or two of four kept. */
  private static Tensor weights(Layout layout, double sparsity, long width) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(width, width));
    MemorySegment values = tensor.values();
    SplittableRandom random = new SplittableRandom(7);
    int blockRows = layout instanceof BlockLayout block ? block.rows() : 1;
    int blockColumns = layout instanceof BlockLayout block ? block.cols() : 1;
    for (long r = 0; r < width; r += blockRows) {
      for (long c = 0; c < width; c += blockColumns) {
        boolean kept =
            layout instanceof NmLayout ? (c + r) % 4 < 2 : random.nextDouble() >= sparsity;
        for (long i = r; kept && i < r + blockRows; i++) {
          for (long j = c; j < c + blockColumns; j++) {
            int value = random.nextInt(1, 255) - 127;
            values.set(ValueLayout.JAVA_BYTE, i * width + j, (byte) (value == 0 ? 1 : value));
          }
        }
      }
    }
    return tensor;
  }
}
