/**
 * Post-training quantization to int8: static, dynamic and weights-only, bias correction,
 * cross-layer equalization, and the search for layers that must stay in floating point.
 *
 * <p>Read {@link dev.pith.compress.quantize.StaticQuantization} first.
 */
package dev.pith.compress.quantize;
