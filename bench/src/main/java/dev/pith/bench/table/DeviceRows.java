package dev.pith.bench.table;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.launch.KernelTimes;
import dev.pith.runtime.plan.Operands;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
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

  private static final int MOST_COPIES = 32;

  private final String name;
  private final long extent;
  private final boolean quick;
  private final PrintStream out;

  DeviceRows(String name, boolean quick, PrintStream out) {
    this.name = name;
    this.quick = quick;
    this.out = out;
    this.extent = quick ? 256 : 4096;
  }

  /** Prints the rows; false if a promise is not kept. */
  boolean print() {
    SessionOptions options =
        SessionOptions.defaults().withDevice(name).withSelection(KernelSelection.PREFERRED);
    try (Device device = Backends.open(options)) {
      out.println(device.description());
      out.println();
      out.println("| layer, int8 | rows | kernel us | peer | peer us | faster | promised | GB/s |");
      out.println("|---|--:|--:|---|--:|--:|--:|--:|");
      boolean met = row(device, new NmLayout(2, 4), 0.5, extent, extent, "cublas_q_linear", 1.3);
      for (long rows : quick ? new long[] {1} : new long[] {1, 4, 16}) {
        BlockLayout blocks = new BlockLayout(16, 4);
        met &= row(device, blocks, 0.9, 2 * extent, rows, "cublas_q_linear", 2.5);
        met &= row(device, blocks, 0.9, 2 * extent, rows, "cublas_linear", 4);
      }
      for (double sparsity : quick ? new double[] {0.9} : new double[] {0.8, 0.9}) {
        for (long rows : quick ? new long[] {64} : new long[] {64, 256, 512}) {
          met &= row(device, new CsrLayout(), sparsity, extent, rows, "cusparse_q_linear", 3);
          met &= row(device, new BlockLayout(4, 4), sparsity, extent, rows, "cusparse_q_linear", 3);
        }
      }
      return met;
    }
  }

  private boolean row(
      Device device,
      Layout layout,
      double sparsity,
      long width,
      long rows,
      String peer,
      double promised) {
    Tensor dense = weights(layout, sparsity, width);
    Tensor encoded = layout.encode(dense, Arena.ofAuto());
    Map<String, Double> ours = integers(device, layout, encoded, width, rows);
    double best =
        ours.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("device_"))
            .mapToDouble(Map.Entry::getValue)
            .min()
            .orElseThrow();
    Map<String, Double> theirs =
        switch (peer) {
          case "cublas_q_linear" -> integers(device, Dense.LAYOUT, dense, width, rows);
          case "cublas_linear" -> halves(device, width, rows);
          default -> {
            Tensor csr = new CsrLayout().encode(dense, Arena.ofAuto());
            yield integers(device, new CsrLayout(), csr, width, rows);
          }
        };
    Double time = theirs.get(peer);
    double ratio = time == null ? Double.NaN : time / best;
    out.printf(
        Locale.ROOT,
        "| %s %.0f %% zeros, %d x %d | %d | %.1f | %s | %s | %s | >= %.1fx | %.0f |%n",
        layout.name(),
        100 * sparsity,
        width,
        width,
        rows,
        best,
        peer,
        time == null ? "not there" : String.format(Locale.ROOT, "%.1f", time),
        time == null ? "" : String.format(Locale.ROOT, "%.2fx", ratio),
        promised,
        encoded.byteSize() / best / 1e3);
    return ratio >= promised;
  }

  private static int copies(Tensor weight) {
    return Math.clamp(COLD_BYTES / weight.byteSize() + 1, 1, MOST_COPIES);
  }

  private static Map<String, Double> integers(
      Device device, Layout layout, Tensor weight, long width, long rows) {
    Requantize requantize = new Requantize(DType.U8, 128, 128, 0, 255);
    Tensor scales = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(width));
    Problem problem = new QLinearProblem(rows, width, width, layout, false, requantize);
    return KernelTimes.of(
        device, problem, operands(DType.U8, weight, scales, width, rows, DType.U8), copies(weight));
  }

  private static Map<String, Double> halves(Device device, long width, long rows) {
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
