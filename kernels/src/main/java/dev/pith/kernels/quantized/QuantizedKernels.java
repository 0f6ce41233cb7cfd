package dev.pith.kernels.quantized;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/**
 * The kernels of 8-bit problems, each list in order of preference with the reference last; those of
 * convolutions and linear layers are in package {@code quads}, where some of them work.
 */
public final class QuantizedKernels {

  /** Kernels of {@link QAddProblem}. */
  public static final KernelFamily<QAddProblem> ADD =
      KernelFamily.exact(
          QAddProblem.class,
          List.of(new X86QAdd(), new VectorQAdd(), new DeviceQAdd(), new ReferenceQAdd()));

  /** Kernels of {@link QMulProblem}. */
  public static final KernelFamily<QMulProblem> MUL =
      KernelFamily.exact(QMulProblem.class, List.of(new DeviceQMul(), new ReferenceQMul()));

  /** Kernels of {@link QAveragePoolProblem}. */
  public static final KernelFamily<QAveragePoolProblem> AVERAGE_POOL =
      KernelFamily.exact(
          QAveragePoolProblem.class,
          List.of(
              new DirectQGlobalAveragePool(),
              new DeviceQAveragePool(),
              new ReferenceQAveragePool()));

  /** Kernels of {@link QConcatProblem}. */
  public static final KernelFamily<QConcatProblem> CONCAT =
      KernelFamily.exact(
          QConcatProblem.class, List.of(new DeviceQConcat(), new ReferenceQConcat()));

  /** Kernels of {@link QLookupProblem}. */
  public static final KernelFamily<QLookupProblem> LOOKUP =
      KernelFamily.exact(
          QLookupProblem.class, List.of(new DeviceQLookup(), new ReferenceQLookup()));

  /** Kernels of {@link QuantizeProblem}. */
  public static final KernelFamily<QuantizeProblem> QUANTIZE =
      KernelFamily.exact(
          QuantizeProblem.class,
          List.of(new X86Quantize(), new DeviceQuantize(), new ReferenceQuantize()));

  /** Kernels of {@link DequantizeProblem}. */
  public static final KernelFamily<DequantizeProblem> DEQUANTIZE =
      KernelFamily.exact(
          DequantizeProblem.class,
          List.of(new X86Dequantize(), new DeviceDequantize(), new ReferenceDequantize()));

  /** Kernels of {@link DynamicConvProblem}. */
  public static final KernelFamily<DynamicConvProblem> DYNAMIC_CONV =
      KernelFamily.exact(
          DynamicConvProblem.class,
          List.of(new X86DynamicConv(), new DeviceDynamicConv(), new ReferenceDynamicConv()));

  /** Kernels of {@link DynamicLinearProblem}. */
  public static final KernelFamily<DynamicLinearProblem> DYNAMIC_LINEAR =
      KernelFamily.exact(
          DynamicLinearProblem.class,
          List.of(new DeviceDynamicLinear(), new ReferenceDynamicLinear()));

  /** Kernels of {@link QuantizeLinearProblem}. */
  public static final KernelFamily<QuantizeLinearProblem> QUANTIZE_LINEAR =
      KernelFamily.exact(
          QuantizeLinearProblem.class,
          List.of(new DeviceQuantizeLinear(), new ReferenceQuantizeLinear()));

  /** Kernels of {@link DequantizeLinearProblem}. */
  public static final KernelFamily<DequantizeLinearProblem> DEQUANTIZE_LINEAR =
      KernelFamily.exact(
          DequantizeLinearProblem.class,
          List.of(new DeviceDequantizeLinear(), new ReferenceDequantizeLinear()));

  /** Kernels of {@link DynamicQuantizeLinearProblem}. */
  public static final KernelFamily<DynamicQuantizeLinearProblem> DYNAMIC_QUANTIZE_LINEAR =
      KernelFamily.exact(
          DynamicQuantizeLinearProblem.class,
          List.of(new DeviceDynamicQuantizeLinear(), new ReferenceDynamicQuantizeLinear()));

  /** Kernels of {@link ConvIntegerProblem}. */
  public static final KernelFamily<ConvIntegerProblem> CONV_INTEGER =
      KernelFamily.exact(
          ConvIntegerProblem.class, List.of(new DeviceConvInteger(), new ReferenceConvInteger()));

  /** Kernels of {@link MatMulIntegerProblem}. */
  public static final KernelFamily<MatMulIntegerProblem> MAT_MUL_INTEGER =
      KernelFamily.exact(
          MatMulIntegerProblem.class,
          List.of(new DeviceMatMulInteger(), new ReferenceMatMulInteger()));

  /** Kernels of {@link QLinearConvProblem}. */
  public static final KernelFamily<QLinearConvProblem> Q_LINEAR_CONV =
      KernelFamily.exact(
          QLinearConvProblem.class, List.of(new DeviceQLinearConv(), new ReferenceQLinearConv()));

  /** Kernels of {@link QLinearMatMulProblem}. */
  public static final KernelFamily<QLinearMatMulProblem> Q_LINEAR_MAT_MUL =
      KernelFamily.exact(
          QLinearMatMulProblem.class,
          List.of(new DeviceQLinearMatMul(), new ReferenceQLinearMatMul()));

  private QuantizedKernels() {}
}
