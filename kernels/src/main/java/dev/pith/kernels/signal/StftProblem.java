package dev.pith.kernels.signal;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;

/**
 * Spectra of frames: y [N, frames, bins, 2] of x [N, length, components], each frame multiplied by
 * a window (input 2) where there is one.
 *
 * @param dtype element type of x, window and y
 * @param batch N
 * @param length samples of a signal
 * @param components 1 for real x, 2 for complex
 * @param step samples from frame to frame
 * @param frameLength samples of a frame
 * @param frames frames of a signal
 * @param bins frequencies kept
 * @param window whether a window is given
 */
public record StftProblem(
    DType dtype,
    long batch,
    long length,
    long components,
    long step,
    long frameLength,
    long frames,
    long bins,
    boolean window)
    implements Problem {

  @Override
  public long work() {
    return batch * frames * bins * frameLength * 4;
  }
}
