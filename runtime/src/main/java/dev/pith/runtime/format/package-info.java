/**
 * The {@code .pith} file: reader, writer and what a file says besides the network.
 *
 * <p>FORMAT.md in this module's folder is the law; read it first, then {@link
 * dev.pith.runtime.format.ModelWriter} and {@link dev.pith.runtime.format.ModelReader}. May depend
 * on the graph package and on kernels' tensors and layouts.
 */
package dev.pith.runtime.format;
