/**
 * Convolutions over one, two or three spatial axes, grouped and depthwise included.
 *
 * <p>Read {@link dev.pith.kernels.conv.ConvGeometry} first.
 */
package dev.pith.kernels.conv;
