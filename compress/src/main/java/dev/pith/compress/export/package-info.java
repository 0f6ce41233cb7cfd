/**
 * Writing graphs as ONNX, so that other engines can run the same model.
 *
 * <p>Read {@link dev.pith.compress.export.OnnxExporter} first. Depends on {@code
 * dev.pith.compress.layer}, {@code dev.pith.runtime} and ONNX's protobuf classes.
 */
package dev.pith.compress.export;
