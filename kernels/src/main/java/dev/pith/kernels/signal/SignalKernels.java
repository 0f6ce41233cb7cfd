package dev.pith.kernels.signal;

import dev.pith.kernels.KernelFamily;
import java.util.List;

/** The kernels of signal processing. */
public final class SignalKernels {

  /** Kernels of {@link DftProblem}. */
  public static final KernelFamily<DftProblem> DFT =
      new KernelFamily<>(DftProblem.class, List.of(new DeviceDft(), new ReferenceDft()));

  /** Kernels of {@link StftProblem}. */
  public static final KernelFamily<StftProblem> STFT =
      new KernelFamily<>(StftProblem.class, List.of(new DeviceStft(), new ReferenceStft()));

  /** Kernels of {@link WindowProblem}. */
  public static final KernelFamily<WindowProblem> WINDOW =
      new KernelFamily<>(WindowProblem.class, List.of(new DeviceWindow(), new ReferenceWindow()));

  /** Kernels of {@link MelProblem}. */
  public static final KernelFamily<MelProblem> MEL =
      new KernelFamily<>(MelProblem.class, List.of(new DeviceMel(), new ReferenceMel()));

  private SignalKernels() {}
}
