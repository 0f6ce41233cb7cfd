package dev.pith.compress.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Elements of tensors that lie in files beside the model. Paths may not leave its folder. */
final class ExternalData {

  private final Path folder;

  ExternalData(Path folder) {
    this.folder = folder;
  }

  /** Reads the elements of {@code proto}. */
  Tensor read(TensorProto proto, DType dtype, Shape shape) {
    String location = "";
    long offset = 0;
    long needed = dtype.byteSize(shape.elementCount());
    long length = needed;
    for (StringStringEntryProto entry : proto.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(proto, entry);
        case "length" -> length = number(proto, entry);
        default -> {
          // A checksum, or something newer; the elements are complete without it.
        }
      }
    }
    if (length != needed) {
      throw OnnxTensors.fault(
          proto,
          "has "
              + length
              + " bytes in file "
              + location
              + "; "
              + dtype
              + shape
              + " needs "
              + needed);
    }
    return copy(proto, file(proto, location), offset, dtype, shape);
  }

  private static long number(TensorProto proto, StringStringEntryProto entry) {
    try {
      return Long.parseUnsignedLong(entry.getValue().strip());
    } catch (NumberFormatException e) {
      throw new OnnxImportException(
          "tensor "
              + proto.getName()
              + " has the external data "
              + entry.getKey()
              + " \""
              + entry.getValue()
              + "\"; a number of bytes is needed",
          e);
    }
  }

  private Path file(TensorProto proto, String location) {
    if (folder == null) {
      throw OnnxTensors.fault(proto, "is in file " + location + "; none may be read here");
    }
    try {
      Path file = folder.resolve(location);
      if (location.isBlank() || !Files.isRegularFile(file)) {
        throw OnnxTensors.fault(
            proto,
            "is in file "
                + file
                + ", which is not there; put the model's external data files beside it");
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw OnnxTensors.fault(
            proto, "is in file " + location + ", which is outside the model's folder");
      }
      return file;
    } catch (InvalidPathException | IOException e) {
      throw new OnnxImportException(
          "tensor "
              + proto.getName()
              + " is in file \""
              + location
              + "\", which has no usable path",
          e);
    }
  }

  private static Tensor copy(TensorProto proto, Path file, long offset, DType dtype, Shape shape) {
    long bytes = dtype.byteSize(shape.elementCount());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      if (offset < 0 || offset > channel.size() || bytes > channel.size() - offset) {
        throw OnnxTensors.fault(
            proto,
            "needs bytes "
                + offset
                + " to "
                + (offset + bytes)
                + " of file "
                + file
                + ", which has "
                + channel.size());
      }
      Tensor tensor = Tensor.allocate(Arena.ofAuto(), dtype, shape);
      if (bytes > 0) {
        MemorySegment source = channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes, arena);
        tensor.values().copyFrom(source);
      }
      return tensor;
    } catch (IOException e) {
      throw new OnnxImportException(
          "tensor " + proto.getName() + ": file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
