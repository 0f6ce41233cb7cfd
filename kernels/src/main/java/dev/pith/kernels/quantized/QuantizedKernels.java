package dev.pith.kernels.quantized;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of every 8-bit problem, each list in order of preference with the reference last. */
public final class QuantizedKernels {

  /** Kernels of {@link QConvProblem}. */
  public static final KernelFamily<QConvProblem> CONV =
      new KernelFamily<>(QConvProblem.class, List.of(new ReferenceQConv()));

  /** Kernels of {@link QLinearProblem}. */
  public static final KernelFamily<QLinearProblem> LINEAR =
      new KernelFamily<>(QLinearProblem.class, List.of(new ReferenceQLinear()));

  /** Kernels of {@link QAddProblem}. */
  public static final KernelFamily<QAddProblem> ADD =
      new KernelFamily<>(QAddProblem.class, List.of(new ReferenceQAdd()));

  /** Kernels of {@link QuantizeProblem}. */
  public static final KernelFamily<QuantizeProblem> QUANTIZE =
      new KernelFamily<>(QuantizeProblem.class, List.of(new ReferenceQuantize()));

  /** Kernels of {@link DequantizeProblem}. */
  public static final KernelFamily<DequantizeProblem> DEQUANTIZE =
      new KernelFamily<>(DequantizeProblem.class, List.of(new ReferenceDequantize()));


  private QuantizedKernels() {}
}
