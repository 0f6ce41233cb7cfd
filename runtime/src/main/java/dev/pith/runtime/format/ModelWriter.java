package dev.pith.runtime.format;

import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/**
 * Writes {@code .pith} files. The same graph, provenance and options give the same bytes. A file
 * appears under its name only when it is complete. Thread-safe.
 */
public final class ModelWriter {

  private static final double SMALL_MODEL_BYTES = 4 << 20;
  private static final double LEAST_SAVING = 1 / 16.0;
  private static final long PIECE = 64 << 20;

  private ModelWriter() {}

  /**
   * Writes a model with {@link WriteOptions#DEFAULTS}.
   *
   * @throws IOException if the file cannot be written; what was at {@code target} is still there
   */
  public static void write(Path target, Graph graph, Provenance provenance) throws IOException {
    write(target, graph, provenance, WriteOptions.DEFAULTS);
  }

  /**
   * Writes a model beside {@code target} and moves it there in one step.
   *
   * @param target the file to create or replace; its folder must exist
   * @param graph the network with its weights in the layouts they are to have
   * @param provenance how it was made
   * @throws IOException if the file cannot be written; what was at {@code target} is still there
   * @throws IllegalArgumentException if the description of the graph exceeds 8 MiB
   */
  public static void write(Path target, Graph graph, Provenance provenance, WriteOptions options)
      throws IOException {
    TensorTable tensors = TensorTable.of(graph);
    List<TensorTable.Section> sections = tensors.sections(least(options, tensors));
    byte[] start = start(graph, provenance, options.golden(), tensors, sections);
    Path beside = beside(target);
    // An interrupted virtual machine leaves nothing behind; after the move there is no such file.
    beside.toFile().deleteOnExit();
    try {
      // Not a temporary file, which only its owner could read after the move.
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(channel, start, sections);
        channel.force(true);
      }
      move(beside, target);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static Path beside(Path target) {
    String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.toAbsolutePath().resolveSibling("." + target.getFileName() + "." + unique);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + to + " cannot replace a file in one step", e);
    }
  }

  private static double least(WriteOptions options, TensorTable tensors) {
    return switch (options.entropyCoding()) {
      case NEVER -> 1;
      case ALWAYS -> 0;
      case SMALL_MODELS -> tensors.byteSize() <= SMALL_MODEL_BYTES ? LEAST_SAVING : 1;
    };
  }

  /** Prefix and header, padded to where the first section begins. */
  private static byte[] start(
      Graph graph,
      Provenance provenance,
      Golden golden,
      TensorTable tensors,
      List<TensorTable.Section> sections) {
    byte[] header = header(graph, provenance, golden, tensors, sections);
    byte[] deflated = deflate(header);
    if (header.length > ModelFormat.MAX_HEADER || deflated.length > ModelFormat.MAX_HEADER) {
      throw new IllegalArgumentException(
          "the description of the graph has "
              + header.length
              + " bytes; at most "
              + ModelFormat.MAX_HEADER
              + " are possible");
    }
    long fileBytes = ModelFormat.PREFIX + deflated.length;
    for (TensorTable.Section section : sections) {
      fileBytes = ModelFormat.align(fileBytes, ModelFormat.SECTION_ALIGNMENT) + length(section);
    }
    HeaderBytes prefix = new HeaderBytes(null).raw(ModelFormat.MAGIC, ModelFormat.MAGIC.length);
    prefix.u8(ModelFormat.MAJOR).u8(ModelFormat.MAJOR >> 8);
    prefix.u8(ModelFormat.MINOR).u8(ModelFormat.MINOR >> 8);
    prefix.fixed32(deflated.length).fixed32(header.length).fixed64(fileBytes);
    CRC32C crc = new CRC32C();
    crc.update(prefix.toArray());
    crc.update(deflated);
    prefix.fixed32((int) crc.getValue()).raw(deflated, deflated.length);
    return prefix.toArray();
  }

  private static byte[] header(
      Graph graph,
      Provenance provenance,
      Golden golden,
      TensorTable tensors,
      List<TensorTable.Section> sections) {
    HeaderBytes.Strings strings = new HeaderBytes.Strings();
    HeaderBytes made = new HeaderBytes(strings);
    made.string(provenance.tool()).string(provenance.recipe()).string(provenance.sourceSha256());
    made.signed(provenance.seed()).unsigned(provenance.facts().size());
    provenance.facts().forEach((name, value) -> made.string(name).string(value));
    HeaderBytes sectionTable = new HeaderBytes(strings).unsigned(sections.size());
    List<Coding.Coded> components = new ArrayList<>();
    for (TensorTable.Section section : sections) {
      sectionTable.unsigned(section.components().size()).unsigned(length(section));
      sectionTable.fixed32(checksum(section));
      components.addAll(section.components());
    }
    HeaderBytes tensorTable = new HeaderBytes(strings);
    tensors.write(tensorTable, components);
    HeaderBytes network = new HeaderBytes(strings);
    new GraphEncoder(network, tensors::number).graph(graph);
    HeaderBytes rest =
        new HeaderBytes(strings)
            .chunk(ModelFormat.CHUNK_PROVENANCE, made)
            .chunk(ModelFormat.CHUNK_SECTIONS, sectionTable)
            .chunk(ModelFormat.CHUNK_TENSORS, tensorTable)
            .chunk(ModelFormat.CHUNK_GRAPH, network);
    if (golden != null) {
      HeaderBytes vectors = new HeaderBytes(strings);
      GoldenCodec.write(vectors, golden);
      rest.chunk(ModelFormat.CHUNK_GOLDEN, vectors);
    }
    byte[] tail = rest.toArray();
    return new HeaderBytes(strings)
        .chunk(ModelFormat.CHUNK_STRINGS, strings.bytes())
        .raw(tail, tail.length)
        .toArray();
  }

  private static byte[] deflate(byte[] bytes) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, /* nowrap= */ true)) {
      deflater.setInput(bytes);
      deflater.finish();
      HeaderBytes out = new HeaderBytes(null);
      byte[] piece = new byte[8192];
      while (!deflater.finished()) {
        out.raw(piece, deflater.deflate(piece));
      }
      return out.toArray();
    }
  }

  private static long length(TensorTable.Section section) {
    long position = 0;
    for (Coding.Coded component : section.components()) {
      long bytes = component.bytes().byteSize();
      position = ModelFormat.place(position, component.coding(), bytes) + bytes;
    }
    return position;
  }

  /** Takes the bytes of a section, one piece after the other. */
  private interface Sink<E extends Exception> {
    void accept(ByteBuffer bytes) throws E;
  }

  private static <E extends Exception> void pieces(TensorTable.Section section, Sink<E> sink)
      throws E {
    long position = 0;
    for (Coding.Coded component : section.components()) {
      long bytes = component.bytes().byteSize();
      long place = ModelFormat.place(position, component.coding(), bytes);
      sink.accept(ByteBuffer.allocate((int) (place - position)));
      for (long at = 0; at < bytes; at += PIECE) {
        MemorySegment piece = component.bytes().asSlice(at, Math.min(PIECE, bytes - at));
        sink.accept(piece.asByteBuffer());
      }
      position = place + bytes;
    }
  }

  private static int checksum(TensorTable.Section section) {
    CRC32C crc = new CRC32C();
    ModelWriter.<RuntimeException>pieces(section, crc::update);
    return (int) crc.getValue();
  }

  private static void write(FileChannel channel, byte[] start, List<TensorTable.Section> sections)
      throws IOException {
    writeFully(channel, ByteBuffer.wrap(start));
    for (TensorTable.Section section : sections) {
      long position = channel.position();
      long aligned = ModelFormat.align(position, ModelFormat.SECTION_ALIGNMENT);
      writeFully(channel, ByteBuffer.allocate((int) (aligned - position)));
      ModelWriter.<IOException>pieces(section, bytes -> writeFully(channel, bytes));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
