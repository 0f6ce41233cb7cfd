package dev.pith.kernels.quads;

import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.quantized.DeviceQConv;
import dev.pith.kernels.quantized.DeviceQConvMatrix;
import dev.pith.kernels.quantized.DeviceQLinear;
import dev.pith.kernels.quantized.DeviceQLinearMatrix;
import dev.pith.kernels.quantized.DeviceQLinearPipeline;
import dev.pith.kernels.quantized.DeviceQLinearRows;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.quantized.ReferenceQConv;
import dev.pith.kernels.quantized.ReferenceQLinear;
import dev.pith.kernels.quantized.SparseQLinearRows;
import dev.pith.kernels.quantized.VectorQConv;
import dev.pith.kernels.quantized.VectorQDepthwiseConv;
import dev.pith.kernels.quantized.VectorQLinear;
import dev.pith.kernels.quantized.VectorQLinearRows;
import dev.pith.kernels.quantized.X86QConv;
import dev.pith.kernels.quantized.X86QDepthwiseConv;
import dev.pith.kernels.quantized.X86QLinear;
import dev.pith.kernels.quantized.X86QLinearRows;
import java.util.List;

/** The kernels of problems whose activations lie in quads, and of layers that may go by quads. */
public final class QuadKernels {

  /** Kernels of {@link QConvProblem}. */
  public static final KernelFamily<QConvProblem> CONV =
      KernelFamily.exact(
          QConvProblem.class,
          List.of(
              new X86QDepthwiseConv(),
              new X86ViaQuadsConv(),
              new X86QConv(),
              new VectorQDepthwiseConv(),
              new VectorQConv(),
              new DeviceQConvMatrix(),
              new DeviceQConv(),
              new ReferenceQConv()));

  /** Kernels of {@link QLinearProblem}. */
  public static final KernelFamily<QLinearProblem> LINEAR =
      KernelFamily.exact(
          QLinearProblem.class,
          List.of(
              new X86QLinearRows(),
              new X86ViaQuadsLinear(),
              new X86QLinear(),
              new SparseQLinearRows(),
              new VectorQLinearRows(),
              new VectorQLinear(),
              new DeviceQLinearRows(),
              DeviceQLinearPipeline.TALL,
              DeviceQLinearPipeline.WIDE,
              DeviceQLinearPipeline.SMALL,
              new DeviceQLinearMatrix(),
              new DeviceQLinear(),
              new ReferenceQLinear()));

  /** Kernels of {@link ArrangedProblem}. */
  public static final KernelFamily<ArrangedProblem> FAMILY =
      KernelFamily.exact(
          ArrangedProblem.class,
          List.of(
              new X86QuadDepthwiseConv(),
              new X86QuadConv(),
              new X86QuadAdd(),
              new X86QuadConcat(),
              new X86QuadPool(),
              new X86QuadGlobalAverage(),
              new X86QuadRearrange(),
              new DirectQuadLookup(),
              new ReferenceArranged()));

  /** Kernels of {@link QConvAddProblem} in rows; plans have it in quads only. */
  public static final KernelFamily<QConvAddProblem> CONV_ADD =
      KernelFamily.exact(QConvAddProblem.class, List.of(new ReferenceQConvAdd()));

  /** Kernels of {@link RearrangeProblem}. */
  public static final KernelFamily<RearrangeProblem> REARRANGE =
      KernelFamily.exact(RearrangeProblem.class, List.of(new ReferenceRearrange()));

  private QuadKernels() {}
}
