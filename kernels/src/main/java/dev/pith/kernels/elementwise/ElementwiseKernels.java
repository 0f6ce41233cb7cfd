package dev.pith.kernels.elementwise;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of every elementwise problem, in order of preference with the reference last. */
public final class ElementwiseKernels {

  /** Kernels of {@link UnaryProblem}. */
  public static final KernelFamily<UnaryProblem> UNARY =
      new KernelFamily<>(
          UnaryProblem.class,
          List.of(new X86Unary(), new VectorUnary(), new DeviceUnary(), new ReferenceUnary()));

  /** Kernels of {@link BinaryProblem}. */
  public static final KernelFamily<BinaryProblem> BINARY =
      new KernelFamily<>(
          BinaryProblem.class,
          List.of(
              new X86Binary(),
              new VectorBinary(),
              new VectorPower(),
              new DeviceBinary(),
              new ReferenceBinary()));

  /** Kernels of {@link SelectProblem}. */
  public static final KernelFamily<SelectProblem> SELECT =
      new KernelFamily<>(
          SelectProblem.class,
          List.of(new VectorSelect(), new DeviceSelect(), new ReferenceSelect()));

  /** Kernels of {@link CastProblem}. */
  public static final KernelFamily<CastProblem> CAST =
      new KernelFamily<>(
          CastProblem.class, List.of(new DirectCast(), new DeviceCast(), new ReferenceCast()));

  private ElementwiseKernels() {}
}
