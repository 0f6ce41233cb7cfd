package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads {@code .pith} files. Of the data only entropy-coded components and quantization parameters
 * are touched, after their sections' checksums were compared; everything else is mapped and checked
 * by {@link ModelFile#verify}.
 */
public final class ModelReader {

  private ModelReader() {}

  /**
   * Reads a file's description and maps its data.
   *
   * @param arena owns the mapping and all decoded components; must be shared
   * @throws IOException if the file cannot be read
   * @throws CorruptModelException if it is no model file or damaged
   * @throws ModelVersionException if its major version is not supported
   */
  public static ModelFile read(Path path, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] start = read(channel, 0, (int) Math.min(size, ModelFormat.PREFIX));
      ByteBuffer prefix = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
      int deflatedBytes = checkPrefix(prefix, start, size);
      byte[] deflated = read(channel, ModelFormat.PREFIX, deflatedBytes);
      checkChecksum(start, deflated, prefix.getInt(ModelFormat.PREFIX_CHECKSUM));
      byte[] header = inflate(deflated, prefix.getInt(16));
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return parse(header, prefix.getShort(10) & 0xFFFF, file, deflatedBytes, arena);
    }
  }

  private static byte[] read(FileChannel channel, long from, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    ByteBuffer buffer = ByteBuffer.wrap(read);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new CorruptModelException(
            "header", from + buffer.position(), "the file ends; it shrank while it was read");
      }
    }
    return read;
  }

  /** Checks everything of the prefix but its checksum; returns the deflated header's bytes. */
  private static int checkPrefix(ByteBuffer prefix, byte[] start, long size) {
    int magic = ModelFormat.MAGIC.length;
    if (!Arrays.equals(Arrays.copyOf(start, magic), ModelFormat.MAGIC)) {
      throw new CorruptModelException("prefix", 0, "this is no .pith file: the first bytes differ");
    }
    if (size < ModelFormat.PREFIX) {
      throw new CorruptModelException(
          "prefix",
          size,
          "the file ends here; the prefix alone has " + ModelFormat.PREFIX + " bytes");
    }
    int major = prefix.getShort(8) & 0xFFFF;
    if (major != ModelFormat.MAJOR) {
      throw new ModelVersionException(major, prefix.getShort(10) & 0xFFFF);
    }
    long deflated = prefix.getInt(12) & 0xFFFFFFFFL;
    long inflated = prefix.getInt(16) & 0xFFFFFFFFL;
    long fileBytes = prefix.getLong(20);
    if (fileBytes != size) {
      throw new CorruptModelException(
          "prefix",
          20,
          "the file has "
              + size
              + " bytes, not "
              + Long.toUnsignedString(fileBytes)
              + " as it says; copy or write it again");
    }
    if (deflated > ModelFormat.MAX_HEADER
        || inflated > ModelFormat.MAX_HEADER
        || deflated > size - ModelFormat.PREFIX) {
      throw new CorruptModelException(
          "prefix",
          12,
          "a header of "
              + deflated
              + " bytes, inflated "
              + inflated
              + ", in a file of "
              + size
              + "; at most "
              + ModelFormat.MAX_HEADER
              + " are possible");
    }
    return (int) deflated;
  }

  private static void checkChecksum(byte[] prefix, byte[] deflated, int expected) {
    CRC32C crc = new CRC32C();
    crc.update(prefix, 0, ModelFormat.PREFIX_CHECKSUM);
    crc.update(deflated);
    if ((int) crc.getValue() != expected) {
      throw new CorruptModelException(
          "header",
          ModelFormat.PREFIX,
          String.format(
              "the CRC32C of prefix and header is %08x, not %08x; copy or write the file again",
              (int) crc.getValue(), expected));
    }
  }

  private static byte[] inflate(byte[] deflated, int size) {
    byte[] header = new byte[size];
    try (Inflater inflater = new Inflater(/* nowrap= */ true)) {
      inflater.setInput(deflated);
      int done = 0;
      while (done < size && !inflater.finished()) {
        int more = inflater.inflate(header, done, size - done);
        if (more == 0) {
          break;
        }
        done += more;
      }
      boolean ends =
          inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished();
      if (done != size || !ends || inflater.getRemaining() != 0) {
        throw new CorruptModelException(
            "header", ModelFormat.PREFIX, "it does not inflate to exactly " + size + " bytes");
      }
      return header;
    } catch (DataFormatException e) {
      throw new CorruptModelException(
          "header", ModelFormat.PREFIX, "it is not deflated: " + e.getMessage(), e);
    }
  }

  private static ModelFile parse(
      byte[] header, int minor, MemorySegment file, int deflatedBytes, Arena arena) {
    Map<Integer, HeaderCursor> chunks = chunks(header, minor);
    long headerEnd = ModelFormat.PREFIX + deflatedBytes;
    HeaderCursor sectionTable = chunks.get(ModelFormat.CHUNK_SECTIONS);
    FileSections sections =
        new FileSections(file, headerEnd, sections(sectionTable, headerEnd, file.byteSize()));
    TensorReader reader = new TensorReader(chunks.get(ModelFormat.CHUNK_TENSORS), sections, arena);
    List<Tensor> tensors = reader.read();
    HeaderCursor network = chunks.get(ModelFormat.CHUNK_GRAPH);
    Graph graph = new GraphDecoder(network, tensors).graph(0);
    network.finish("graph");
    HeaderCursor vectors = chunks.get(ModelFormat.CHUNK_GOLDEN);
    Golden golden = vectors == null ? null : GoldenCodec.read(vectors);
    return new ModelFile(
        graph,
        provenance(chunks.get(ModelFormat.CHUNK_PROVENANCE)),
        golden,
        file.byteSize(),
        reader.decodedBytes(),
        sections,
        named(graph, tensors, reader));
  }

  private static List<ModelFile.Named> named(
      Graph graph, List<Tensor> tensors, TensorReader reader) {
    IdentityHashMap<Tensor, String> names = new IdentityHashMap<>();
    graph.constants().forEach((name, tensor) -> names.putIfAbsent(tensor, name));
    List<ModelFile.Named> named = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      String name = names.getOrDefault(tensors.get(i), "number " + i);
      named.add(new ModelFile.Named(name, reader.offset(i), tensors.get(i)));
    }
    return named;
  }

  /** The chunks by number; those of newer minor versions are left out. */
  private static Map<Integer, HeaderCursor> chunks(byte[] header, int minor) {
    HeaderCursor cursor = new HeaderCursor(header, 0, header.length, List.of());
    Map<Integer, HeaderCursor> chunks = new HashMap<>();
    List<String> strings = List.of();
    int last = 0;
    while (cursor.remaining() > 0) {
      int number = cursor.below(1 << 16, "a chunk's number");
      int length = cursor.count(1, "bytes of chunk " + number);
      boolean isKnown = number >= 1 && number <= ModelFormat.CHUNK_GOLDEN;
      if (number <= last || !isKnown && minor <= ModelFormat.MINOR) {
        throw cursor.corrupt("chunk " + number + " follows chunk " + last);
      }
      last = number;
      HeaderCursor part = cursor.part(length, strings);
      if (number == ModelFormat.CHUNK_STRINGS) {
        strings = strings(part);
      } else if (isKnown) {
        chunks.put(number, part);
      }
    }
    for (int number = ModelFormat.CHUNK_PROVENANCE; number < ModelFormat.CHUNK_GOLDEN; number++) {
      if (!chunks.containsKey(number)) {
        throw cursor.corrupt("chunk " + number + " is missing");
      }
    }
    return chunks;
  }

  private static List<String> strings(HeaderCursor in) {
    List<String> strings = new ArrayList<>();
    for (int i = in.count(1, "strings"); i > 0; i--) {
      strings.add(in.text());
    }
    in.finish("strings");
    return strings;
  }

  private static Provenance provenance(HeaderCursor in) {
    String tool = in.string();
    String recipe = in.string();
    String source = in.string();
    long seed = in.signed();
    Map<String, String> facts = new HashMap<>();
    for (int i = in.count(2, "facts"); i > 0; i--) {
      facts.put(in.string(), in.string());
    }
    in.finish("provenance");
    return new Provenance(tool, recipe, source, seed, facts);
  }

  /** Sections follow each other without holes, so that their lengths alone place them. */
  private static List<FileSections.Section> sections(HeaderCursor in, long from, long fileBytes) {
    List<FileSections.Section> sections = new ArrayList<>();
    long end = from;
    int count = in.count(6, "sections");
    for (int i = 0; i < count; i++) {
      int components = in.below(1 << 24, "the number of components");
      long length = in.length("a section's length");
      long offset = ModelFormat.align(end, ModelFormat.SECTION_ALIGNMENT);
      if (length > fileBytes || offset + length > fileBytes) {
        throw new CorruptModelException(
            "section " + i,
            offset,
            "its " + length + " bytes reach behind the end of the file, " + fileBytes);
      }
      sections.add(new FileSections.Section(offset, length, in.fixed32(), components));
      end = offset + length;
    }
    if (end != fileBytes) {
      throw new CorruptModelException(
          "end of the file",
          end,
          "the last section ends here, but the file has " + fileBytes + " bytes");
    }
    in.finish("sections");
    return sections;
  }
}
