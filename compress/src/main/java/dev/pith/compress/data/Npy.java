package dev.pith.compress.data;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * NumPy's {@code .npy} format (NEP 1), versions 1 to 3: every element type that NumPy and {@link
 * DType} share, both byte orders, C and Fortran order. Arrays of objects or records are refused.
 */
public final class Npy {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int CHUNK = 1 << 20;

  private Npy() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it is missing or is not such an array; the message names the file
   */
  public static Tensor read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      Tensor tensor = read(in, Files.size(file), file.toString());
      if (in.read() >= 0) {
        throw new IOException(file + " has bytes after its array");
      }
      return tensor;
    }
  }

  /**
   * Reads one array.
   *
   * @param limit bytes that can be there at most; a header that claims more is refused at once
   * @param name what errors call the source
   */
  static Tensor read(InputStream in, long limit, String name) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new IOException(name + " is not an .npy array");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw new IOException(name + " has .npy version " + version + "; 1 to 3 are known");
    }
    byte[] size = in.readNBytes(version == 1 ? 2 : 4);
    long length = -1;
    if (size.length == (version == 1 ? 2 : 4)) {
      ByteBuffer buffer = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
      length = version == 1 ? buffer.getShort() & 0xFFFF : buffer.getInt() & 0xFFFFFFFFL;
    }
    if (length < 0 || length > MAX_HEADER) {
      throw new IOException(name + " has a broken header: its length is " + length);
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new IOException(name + " ends within its header");
    }
    NpyHeader header;
    try {
      header = NpyHeader.parse(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(name + " cannot be read: " + e.getMessage(), e);
    }
    return values(in, header, limit, name);
  }

  private static Tensor values(InputStream in, NpyHeader header, long limit, String name)
      throws IOException {
    long count = header.shape().elementCount();
    if (count > limit || header.dtype().byteSize(count) > limit) {
      throw new IOException(
          name
              + " ends early: its header claims the shape "
              + header.shape()
              + ", more than is there");
    }
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), header.dtype(), header.shape());
    MemorySegment to = tensor.values();
    for (long at = 0; at < to.byteSize(); ) {
      byte[] chunk = in.readNBytes((int) Math.min(CHUNK, to.byteSize() - at));
      if (chunk.length == 0) {
        throw new IOException(
            name + " ends early: its array has " + to.byteSize() + " bytes, " + at + " are there");
      }
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, to, at, chunk.length);
      at += chunk.length;
    }
    if (header.bigEndian() && header.dtype().bits() > 8) {
      reverseBytes(to, header.dtype().bits() / 8);
    }
    return header.fortranOrder() && header.shape().rank() > 1 ? fromFortran(tensor) : tensor;
  }

  private static void reverseBytes(MemorySegment values, int width) {
    for (long at = 0; at < values.byteSize(); at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = values.get(ValueLayout.JAVA_BYTE, at + i);
        byte high = values.get(ValueLayout.JAVA_BYTE, at + width - 1 - i);
        values.set(ValueLayout.JAVA_BYTE, at + i, high);
        values.set(ValueLayout.JAVA_BYTE, at + width - 1 - i, low);
      }
    }
  }

  /** The same array with the last axis varying fastest. */
  private static Tensor fromFortran(Tensor source) {
    Shape shape = source.shape();
    Tensor target = Tensor.allocate(Arena.ofAuto(), source.dtype(), shape);
    int width = source.dtype().bits() / 8;
    long[] index = new long[shape.rank()];
    for (long i = 0; i < shape.elementCount(); i++) {
      long from = 0;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        from = from * shape.dim(axis) + index[axis];
      }
      MemorySegment.copy(source.values(), from * width, target.values(), i * width, width);
      for (int axis = shape.rank() - 1; axis >= 0 && ++index[axis] == shape.dim(axis); axis--) {
        index[axis] = 0;
      }
    }
    return target;
  }

  /** The type a tensor has in NumPy: its own, or the smallest that holds the same values. */
  private static DType widened(DType dtype) {
    return switch (dtype) {
      case BF16 -> DType.F32;
      case I4 -> DType.I8;
      case U4 -> DType.U8;
      default -> dtype;
    };
  }

  /**
   * Writes a dense tensor as version 1, little-endian, C order; BF16 becomes {@code f4}, I4 {@code
   * i1} and U4 {@code u1}, without loss.
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      write(out, tensor);
    }
  }

  static void write(OutputStream out, Tensor tensor) throws IOException {
    if (!tensor.isDense()) {
      throw new IllegalArgumentException(tensor + " is not dense; .npy holds dense arrays");
    }
    DType type = widened(tensor.dtype());
    String text = NpyHeader.text(type, tensor.shape());
    int padding = 63 - (MAGIC.length + 4 + text.length()) % 64;
    byte[] header = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(MAGIC);
    out.write(new byte[] {1, 0, (byte) header.length, (byte) (header.length >> 8)});
    out.write(header);
    MemorySegment values = tensor.values();
    if (type != tensor.dtype()) {
      Tensor wide = Tensor.allocate(Arena.ofAuto(), type, tensor.shape());
      for (long i = 0; i < tensor.shape().elementCount(); i++) {
        Elements.setDouble(type, wide.values(), i, tensor.getDouble(i));
      }
      values = wide.values();
    }
    for (long at = 0; at < values.byteSize(); at += CHUNK) {
      long length = Math.min(CHUNK, values.byteSize() - at);
      out.write(values.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
