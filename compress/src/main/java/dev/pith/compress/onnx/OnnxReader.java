package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the protobuf messages ONNX files consist of. Stateless, thread-safe. */
public final class OnnxReader {

  /** Protobuf cannot hold more; larger models keep their weights in external files. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /** Graphs nest in attributes; each level takes three messages. */
  private static final int MAX_NESTING = 300;

  private OnnxReader() {}

  /**
   * The model in {@code file}.
   *
   * @throws OnnxImportException if the file is damaged or is no ONNX model
   * @throws IOException if it cannot be read
   */
  public static ModelProto readModel(Path file) throws IOException {
    ModelProto model = parse(file, "a model", ModelProto::parseFrom);
    if (!model.hasGraph() || model.getIrVersion() <= 0) {
      throw new OnnxImportException(file + " is no ONNX model: it holds no graph");
    }
    return model;
  }

  /**
   * The tensor in {@code file}, as ONNX's own tests store them.
   *
   * @throws OnnxImportException if the file is damaged
   * @throws IOException if it cannot be read
   */
  public static TensorProto readTensor(Path file) throws IOException {
    return parse(file, "a tensor", TensorProto::parseFrom);
  }

  /** Parses one kind of message. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(CodedInputStream in) throws IOException;
  }

  private static <T> T parse(Path file, String what, Parser<T> parser) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new OnnxImportException(file + " is not a file");
    }
    long size = Files.size(file);
    if (size == 0) {
      throw new OnnxImportException(file + " is empty");
    }
    if (size > MAX_BYTES) {
      throw new OnnxImportException(
          file + " has " + size + " bytes; ONNX files end at " + MAX_BYTES);
    }
    try (InputStream in = Files.newInputStream(file)) {
      CodedInputStream coded = CodedInputStream.newInstance(in, 1 << 16);
      coded.setSizeLimit(Integer.MAX_VALUE);
      coded.setRecursionLimit(MAX_NESTING);
      return parser.parse(coded);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxImportException(
          file + " is not " + what + " in ONNX's format, or is cut off: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
