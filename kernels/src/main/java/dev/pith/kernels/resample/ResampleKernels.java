package dev.pith.kernels.resample;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of resampling, in order of preference with the reference last. */
public final class ResampleKernels {

  /** Kernels of {@link ResizeProblem}. */
  public static final KernelFamily<ResizeProblem> RESIZE =
      new KernelFamily<>(
          ResizeProblem.class,
          List.of(new VectorResizeF32(), new DeviceResize(), new ReferenceResize()));

  /** Kernels of {@link GridSampleProblem}. */
  public static final KernelFamily<GridSampleProblem> GRID_SAMPLE =
      new KernelFamily<>(
          GridSampleProblem.class, List.of(new DeviceGridSample(), new ReferenceGridSample()));

  /** Kernels of {@link AffineGridProblem}. */
  public static final KernelFamily<AffineGridProblem> AFFINE_GRID =
      new KernelFamily<>(
          AffineGridProblem.class, List.of(new DeviceAffineGrid(), new ReferenceAffineGrid()));

  private ResampleKernels() {}
}
