package dev.pith.runtime.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.format.WriteOptions.EntropyCoding;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HostileFileTest {

  @TempDir Path folder;

  /** A graph with everything a header can hold, and few weights. */
  private byte[] sample(EntropyCoding coding) throws IOException {
    Graph tensors = ModelRoundTripTest.everyTensor(1);
    Graph graph =
        new Graph(
            "sample",
            ModelRoundTripTest.everyOperation(1).inputs(),
            List.of(),
            ModelRoundTripTest.everyOperation(2).nodes().subList(0, 4),
            tensors.constants());
    Golden golden =
        new Golden(
            5,
            Map.of("N", 1L),
            List.of(new Golden.Input(List.of(1L, 2L), -1, 1)),
            List.of(
                new Golden.Exact(DType.U8, List.of(3L), 77),
                new Golden.Near(DType.F32, List.of(2L), 1, 0.1f, List.of(1f, 2f))));
    Path path = folder.resolve("sample.pith");
    ModelWriter.write(
        path,
        graph,
        new Provenance("t", "r", "", 1, Map.of("a", "b")),
        new WriteOptions(coding, golden));
    return Files.readAllBytes(path);
  }

  /** Opens and checks a file; whether it was refused in one of the two ways there are. */
  private boolean isRefused(byte[] bytes) throws IOException {
    Path path = folder.resolve("changed.pith");
    Files.write(path, bytes);
    return isRefused(path);
  }

  private static boolean isRefused(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      ModelReader.read(path, arena).verify();
      return false;
    } catch (CorruptModelException e) {
      assertTrue(e.getMessage().contains("at byte"), e.getMessage());
      return true;
    } catch (ModelVersionException e) {
      return true;
    }
  }

  private static int headerEnd(byte[] file) {
    return ModelFormat.PREFIX + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] file = sample(EntropyCoding.ALWAYS);
    for (int length = 0; length <= headerEnd(file) + 70; length++) {
      assertTrue(isRefused(Arrays.copyOf(file, length)), "cut to " + length + " bytes");
    }
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(file.length);
      assertTrue(isRefused(Arrays.copyOf(file, length)), "cut to " + length + " bytes");
    }
    assertTrue(isRefused(Arrays.copyOf(file, file.length + 1)), "one byte more");
  }

  @Test
  void aFlippedBitAnywhereIsFound() throws IOException {
    byte[] file = sample(EntropyCoding.NEVER);
    Path path = folder.resolve("flipped.pith");
    Files.write(path, file);
    Random random = new Random(2);
    int end = headerEnd(file);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (int bit = 0; bit < 8 * end; bit++) {
        flip(channel, file, bit, path);
      }
      for (int i = 0; i < 1000; i++) {
        flip(channel, file, 8 * end + random.nextInt(8 * (file.length - end)), path);
      }
    }
    assertTrue(!isRefused(path));
  }

  private static void flip(FileChannel channel, byte[] file, int bit, Path path)
      throws IOException {
    byte old = file[bit / 8];
    channel.write(ByteBuffer.wrap(new byte[] {(byte) (old ^ 1 << bit % 8)}), bit / 8);
    assertTrue(isRefused(path), "bit " + bit % 8 + " of byte " + bit / 8 + " flipped");
    channel.write(ByteBuffer.wrap(new byte[] {old}), bit / 8);
  }

  /** The file with another header, whose checksum and lengths are right. */
  private static byte[] withHeader(byte[] file, byte[] header, int minor) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(header);
    deflater.finish();
    byte[] deflated = new byte[header.length + 1000];
    int size = deflater.deflate(deflated);
    deflater.end();
    int from = (int) ModelFormat.align(headerEnd(file), ModelFormat.SECTION_ALIGNMENT);
    int to = (int) ModelFormat.align(ModelFormat.PREFIX + size, ModelFormat.SECTION_ALIGNMENT);
    byte[] changed = new byte[to + file.length - from];
    System.arraycopy(file, from, changed, to, file.length - from);
    ByteBuffer prefix = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    prefix.put(ModelFormat.MAGIC).putShort((short) 1).putShort((short) minor);
    prefix.putInt(size).putInt(header.length).putLong(changed.length);
    CRC32C crc = new CRC32C();
    crc.update(changed, 0, 28);
    crc.update(deflated, 0, size);
    prefix.putInt((int) crc.getValue()).put(deflated, 0, size);
    return changed;
  }

  private static byte[] header(byte[] file) throws Exception {
    Inflater inflater = new Inflater(true);
    inflater.setInput(file, ModelFormat.PREFIX, headerEnd(file) - ModelFormat.PREFIX);
    byte[] header = new byte[ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(16)];
    assertEquals(header.length, inflater.inflate(header));
    inflater.end();
    return header;
  }

  /** Headers changed by someone who knows how to make the checksum right. */
  @Test
  void forgedHeadersAreRefusedOrHarmless() throws Exception {
    byte[] file = sample(EntropyCoding.ALWAYS);
    byte[] header = header(file);
    assertTrue(!isRefused(withHeader(file, header, 0)));
    Random random = new Random(3);
    int refused = 0;
    for (int at = 0; at < header.length; at++) {
      byte old = header[at];
      header[at] = at % 2 == 0 ? (byte) (old ^ 1 << random.nextInt(8)) : -1;
      refused += isRefused(withHeader(file, header, 0)) ? 1 : 0;
      header[at] = old;
    }
    assertTrue(refused > header.length / 4, refused + " of " + header.length + " refused");
    for (int length = 0; length < header.length; length += 7) {
      assertTrue(isRefused(withHeader(file, Arrays.copyOf(header, length), 0)));
    }
  }

  @Test
  void newerMinorVersionsMayAddChunks() throws Exception {
    byte[] file = sample(EntropyCoding.NEVER);
    byte[] header = header(file);
    byte[] more = Arrays.copyOf(header, header.length + 3);
    more[header.length] = 50;
    more[header.length + 1] = 1;
    assertTrue(isRefused(withHeader(file, more, ModelFormat.MINOR)));
    assertTrue(!isRefused(withHeader(file, more, ModelFormat.MINOR + 1)));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(8, (short) 2);
    Path path = folder.resolve("newer.pith");
    Files.write(path, file);
    ModelVersionException e =
        assertThrows(ModelVersionException.class, () -> Model.load(path).close());
    assertTrue(e.getMessage().contains("version 2.0"), e.getMessage());
  }

  @Test
  void aHeaderThatInflatesForeverIsRefused() throws IOException {
    byte[] zeros = new byte[ModelFormat.MAX_HEADER];
    assertTrue(isRefused(withHeader(sample(EntropyCoding.NEVER), zeros, 0)));
    byte[] claims = sample(EntropyCoding.NEVER);
    ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN).putInt(16, Integer.MAX_VALUE);
    assertTrue(isRefused(claims));
  }

  /** Indices that point outside, under a checksum that is right. */
  @Test
  void forgedIndicesNeverReachAKernel() throws IOException {
    Tensor weight = new CsrLayout().encode(SampleGraphs.weights(1, 0.5, 9, 8, 40), Arena.ofAuto());
    weight.component(2).set(java.lang.foreign.ValueLayout.JAVA_SHORT, 4, (short) 40);
    Graph graph = SampleGraphs.linear(weight);
    Path path = folder.resolve("forged.pith");
    ModelWriter.write(path, graph, Provenance.NONE);
    try (Model model = Model.load(path)) {
      CorruptModelException e =
          assertThrows(
              CorruptModelException.class,
              () -> model.newSession(SessionOptions.defaults()).close());
      assertTrue(e.getMessage().contains("tensor layer_w"), e.getMessage());
      assertTrue(e.getMessage().contains("columnIndices[2]"), e.getMessage());
      assertTrue(e.getMessage().contains("is 40"), e.getMessage());
    }
  }

  @Test
  void graphsThatBreakARuleAreRefused() throws IOException {
    Graph graph = SampleGraphs.linear(SampleGraphs.weights(1, 0.5, 9, 8, 40));
    Path path = folder.resolve("rule.pith");
    ModelWriter.write(path, graph.withNodes(List.of()), Provenance.NONE);
    CorruptModelException e =
        assertThrows(CorruptModelException.class, () -> Model.load(path).close());
    assertTrue(e.getMessage().contains("layer_y"), e.getMessage());
  }

  @Test
  void everyByteOfACodedComponentMatters() throws IOException {
    MemorySegment plain = SampleGraphs.weights(1, 0.8, 15, 8, 40).values();
    for (int width = 2; width <= 8; width++) {
      MemorySegment coded = Rans.encode(plain, width);
      Coding coding = Coding.ofCode(width);
      try (Arena arena = Arena.ofConfined()) {
        assertEquals(-1, plain.mismatch(decode(coding, coded, plain.byteSize(), arena)));
        byte[] bytes = coded.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        for (int length = 0; length < bytes.length; length++) {
          MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(bytes, length));
          assertThrows(
              CorruptModelException.class, () -> decode(coding, cut, plain.byteSize(), arena));
        }
        for (int at = 0; at < bytes.length; at++) {
          bytes[at] ^= 4;
          decodesToSomethingElse(coding, bytes, plain, arena);
          bytes[at] ^= 4;
        }
      }
    }
  }

  private static void decodesToSomethingElse(
      Coding coding, byte[] bytes, MemorySegment plain, Arena arena) {
    try {
      MemorySegment other = decode(coding, MemorySegment.ofArray(bytes), plain.byteSize(), arena);
      if (plain.mismatch(other) < 0) {
        fail("a changed byte made no difference");
      }
    } catch (CorruptModelException e) {
      assertTrue(e.getMessage().contains("section 1"), e.getMessage());
    }
  }

  private static MemorySegment decode(Coding coding, MemorySegment stored, long size, Arena arena) {
    RansDecoder decoder = new RansDecoder();
    RansDecoder.Place place = new RansDecoder.Place("section 1", 64);
    MemorySegment plain = coding.decode(place, stored, size, arena, decoder);
    decoder.run();
    return plain;
  }

  @Test
  void aLargeFileOpensInMilliseconds() throws IOException {
    // 200 MB of zeros: the file system stores none of them, and opening must not read them.
    long rows = 50_000;
    Tensor tiny = Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(1, 4000));
    Path path = folder.resolve("large.pith");
    try (Arena arena = Arena.ofShared()) {
      Path empty = folder.resolve("zeros");
      try (FileChannel channel =
          FileChannel.open(
              empty,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE)) {
        MemorySegment zeros = channel.map(FileChannel.MapMode.READ_WRITE, 0, rows * 4000, arena);
        Tensor large = Tensor.dense(DType.I8, Shape.of(rows, 4000), zeros);
        ModelWriter.write(
            path,
            new Graph("", List.of(), List.of(), List.of(), Map.of("w", large, "t", tiny)),
            Provenance.NONE);
      }
    }
    assertTrue(Files.size(path) > 200_000_000);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      try (Model model = Model.load(path)) {
        assertEquals(rows, model.graph().constants().get("w").rows());
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    assertTrue(best < 50_000_000, "opening took " + best / 1000 + " us");
  }
}
