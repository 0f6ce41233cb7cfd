/**
 * Ranges of activations, measured on calibration samples with memory that does not grow.
 *
 * <p>Read {@link dev.pith.compress.calibrate.Calibrator} first.
 */
package dev.pith.compress.calibrate;
