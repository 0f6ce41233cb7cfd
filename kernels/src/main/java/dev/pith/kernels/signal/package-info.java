/**
 * Spectra of signals and the windows that go with them.
 *
 * <p>Read {@link dev.pith.kernels.signal.DftProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.signal;
