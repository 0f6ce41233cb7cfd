package dev.pith.kernels.movement;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of every movement problem, in order of preference with the reference last. */
public final class MovementKernels {

  /** Kernels of {@link CopyProblem}. */
  public static final KernelFamily<CopyProblem> COPY =
      new KernelFamily<>(
          CopyProblem.class, List.of(new TiledCopy(), new DeviceCopy(), new ReferenceCopy()));

  /** Kernels of {@link GatherProblem}. */
  public static final KernelFamily<GatherProblem> GATHER =
      new KernelFamily<>(
          GatherProblem.class,
          List.of(new SliceGather(), new DeviceGather(), new ReferenceGather()));

  /** Kernels of {@link GatherElementsProblem}. */
  public static final KernelFamily<GatherElementsProblem> GATHER_ELEMENTS =
      new KernelFamily<>(
          GatherElementsProblem.class,
          List.of(new DeviceGatherElements(), new ReferenceGatherElements()));

  /** Kernels of {@link ScatterProblem}. */
  public static final KernelFamily<ScatterProblem> SCATTER =
      new KernelFamily<>(
          ScatterProblem.class, List.of(new DeviceScatter(), new ReferenceScatter()));

  /** Kernels of {@link ScatterElementsProblem}. */
  public static final KernelFamily<ScatterElementsProblem> SCATTER_ELEMENTS =
      new KernelFamily<>(
          ScatterElementsProblem.class,
          List.of(new DeviceScatterElements(), new ReferenceScatterElements()));

  /** Kernels of {@link OneHotProblem}. */
  public static final KernelFamily<OneHotProblem> ONE_HOT =
      new KernelFamily<>(OneHotProblem.class, List.of(new DeviceOneHot(), new ReferenceOneHot()));

  private MovementKernels() {}
}
