package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RansDecoderTest {

  /** Around the pieces that are decoded at a time, and what is smaller than a symbol. */
  private static final int[] SIZES = {1, 2, 3, 64, 1000, 4095, 4096, 4097, 8192, 20_001};

  private final SplittableRandom random = new SplittableRandom(3);
  private final RansDecoder decoder = new RansDecoder();

  private record Asked(MemorySegment expected, MemorySegment decoded) {}

  @Test
  void anyNumberOfComponentsIsDecodedTogether() {
    for (int components = 0; components < 12; components++) {
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < components; i++) {
        int size = SIZES[random.nextInt(SIZES.length)];
        asked.add(i % 3 == 2 ? rising(size) : fields(size, 1 + random.nextInt(8)));
      }
      decoder.run();
      for (Asked each : asked) {
        assertEquals(-1, each.expected().mismatch(each.decoded()));
      }
    }
  }

  @Test
  void aLaneTakesTheNextComponentWhereOthersGoOn() {
    List<Asked> asked = new ArrayList<>();
    asked.add(fields(100_000, 8));
    for (int i = 0; i < 40; i++) {
      asked.add(fields(1 + 37 * i, 1 + i % 8));
    }
    decoder.run();
    for (Asked each : asked) {
      assertEquals(-1, each.expected().mismatch(each.decoded()));
    }
  }

  @Test
  void theDamagedOneOfSeveralIsNamed() {
    fields(5000, 8);
    MemorySegment plain = random(5000, 5);
    byte[] coded = Rans.encode(plain, 8).toArray(JAVA_BYTE);
    MemorySegment cut = MemorySegment.ofArray(coded).asSlice(0, coded.length - 1);
    RansDecoder.Place place = new RansDecoder.Place("section 7", 4711);
    MemorySegment room = MemorySegment.ofArray(new byte[5000]);
    decoder.add(place, cut, 0, 8, room, () -> {});
    fields(5000, 8);
    CorruptModelException e = assertThrows(CorruptModelException.class, decoder::run);
    assertTrue(e.getMessage().contains("section 7"), e.getMessage());
    assertTrue(e.getMessage().contains("4711"), e.getMessage());
  }

  /** Bytes with about {@code bits} bits of information. */
  private MemorySegment random(int size, int bits) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(1 << bits) & random.nextInt(256));
    }
    return MemorySegment.ofArray(bytes);
  }

  private Asked fields(int size, int width) {
    MemorySegment plain = random(size, 1 + random.nextInt(8));
    MemorySegment room = MemorySegment.ofArray(new byte[size]);
    decoder.add(new RansDecoder.Place("", 0), Rans.encode(plain, width), 0, width, room, () -> {});
    return new Asked(plain, room);
  }

  private Asked rising(int numbers) {
    MemorySegment plain = Arena.ofAuto().allocate(4L * numbers, 4);
    int value = 0;
    for (int i = 0; i < numbers; i++) {
      value += random.nextInt(1 << random.nextInt(1, 14));
      plain.set(Elements.I32, 4L * i, value);
    }
    MemorySegment room = MemorySegment.ofArray(new byte[4 * numbers]);
    RisingNumbers.decode(new RansDecoder.Place("", 0), RisingNumbers.encode(plain), room, decoder);
    return new Asked(plain, room);
  }
}
