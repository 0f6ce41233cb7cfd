package dev.pith.kernels.reduce;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of reductions, in order of preference with the reference last. */
public final class ReduceKernels {

  /** Kernels of {@link ReduceProblem}. */
  public static final KernelFamily<ReduceProblem> REDUCE =
      new KernelFamily<>(
          ReduceProblem.class,
          List.of(
              new X86Reduce(), new VectorReduceF32(), new DeviceReduce(), new ReferenceReduce()));

  /** Kernels of {@link SoftmaxProblem}. */
  public static final KernelFamily<SoftmaxProblem> SOFTMAX =
      new KernelFamily<>(
          SoftmaxProblem.class,
          List.of(
              new X86Softmax(),
              new VectorSoftmaxF32(),
              new DeviceSoftmax(),
              new ReferenceSoftmax()));

  private ReduceKernels() {}
}
