/**
 * From ONNX files to graphs.
 *
 * <p>Read {@link dev.pith.compress.onnx.OnnxImporter} first, then {@link
 * dev.pith.compress.onnx.OnnxOps}, the list of operators, and one of the {@code …Ops} classes with
 * the translations. Depends on {@code dev.pith.runtime.graph} and {@code dev.pith.kernels}; the
 * only package that sees protobuf classes for reading.
 */
package dev.pith.compress.onnx;
