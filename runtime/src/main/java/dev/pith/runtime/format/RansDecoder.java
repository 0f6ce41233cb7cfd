package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Decodes components that {@link Rans} coded, {@value #LANES} at a time: each symbol of a component
 * waits for the one before, some twenty cycles, in which the processor works on the other
 * components. Not thread-safe.
 */
final class RansDecoder {

  /** Components that are decoded together. */
  private static final int LANES = 4;

  /** Symbols of each lane that are decoded before bytes are moved. */
  private static final int CHUNK = 4096;

  /** Bytes of a lane's input: two for each symbol, and one more that may be looked at. */
  private static final int INPUT = 2 * CHUNK + 2;

  /** Bytes in which the table of frequencies and the first state end. */
  private static final int HEAD = 2048;

  private static final int SYMBOL = 255;

  /** Where a component is stored, for errors. */
  record Place(String section, long offset) {}

  /**
   * A component to be decoded.
   *
   * @param stored where its coded bytes are, from byte {@code from} to the end
   * @param width bits of a symbol
   * @param plain what is filled
   * @param then what is done with it after that; may throw IllegalArgumentException
   */
  private record Job(
      Place place, MemorySegment stored, long from, int width, MemorySegment plain, Runnable then) {

    long symbols() {
      return Rans.symbols(plain.byteSize(), width);
    }
  }

  private final List<Job> jobs = new ArrayList<>();
  private final int[] slots = new int[LANES * Rans.TOTAL];
  private final byte[] input = new byte[LANES * INPUT];
  private final byte[] symbols = new byte[LANES * CHUNK];
  private final int[] states = new int[LANES];

  /** For each lane the place in {@link #input} behind what was used. */
  private final int[] used = new int[LANES];

  /** Asks for a component; {@link #run} decodes it. */
  void add(
      Place place, MemorySegment stored, long from, int width, MemorySegment plain, Runnable then) {
    jobs.add(new Job(place, stored, from, width, plain, then));
  }

  /**
   * Decodes everything that was asked for, the largest first, so that the lanes end together.
   *
   * @throws CorruptModelException if coded bytes are not what exactly the asked bytes are coded as
   */
  void run() {
    jobs.sort(Comparator.comparingLong(job -> -job.symbols()));
    Lane[] lanes = new Lane[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane(i);
    }
    int next = 0;
    while (true) {
      long count = CHUNK;
      int busy = 0;
      int last = 0;
      for (Lane lane : lanes) {
        while (lane.job == null && next < jobs.size()) {
          lane.begin(jobs.get(next++));
        }
        if (lane.job != null) {
          busy++;
          last = lane.number;
          count = Math.min(count, lane.left);
        }
      }
      if (busy == 0) {
        break;
      }
      for (Lane lane : lanes) {
        lane.fill((int) count);
      }
      if (busy == 1) {
        decode(last, (int) count);
      } else {
        decode((int) count);
      }
      for (Lane lane : lanes) {
        lane.take((int) count);
      }
    }
    jobs.clear();
  }

  /**
   * {@code count} symbols of each lane. Small models are decoded before this is compiled; so it
   * calls nothing. States lack 0, 8 or 16 bits behind a symbol.
   */
  private void decode(int count) {
    int[] table = slots;
    byte[] in = input;
    byte[] out = symbols;
    int a = states[0];
    int b = states[1];
    int c = states[2];
    int d = states[3];
    int atA = 0;
    int atB = INPUT;
    int atC = 2 * INPUT;
    int atD = 3 * INPUT;
    for (int i = 0; i < count; i++) {
      int slotA = table[a & Rans.TOTAL - 1];
      int slotB = table[Rans.TOTAL + (b & Rans.TOTAL - 1)];
      int slotC = table[2 * Rans.TOTAL + (c & Rans.TOTAL - 1)];
      int slotD = table[3 * Rans.TOTAL + (d & Rans.TOTAL - 1)];
      a = ((slotA >>> 20) + 1) * (a >>> Rans.PRECISION) + (slotA >>> 8 & Rans.TOTAL - 1);
      b = ((slotB >>> 20) + 1) * (b >>> Rans.PRECISION) + (slotB >>> 8 & Rans.TOTAL - 1);
      c = ((slotC >>> 20) + 1) * (c >>> Rans.PRECISION) + (slotC >>> 8 & Rans.TOTAL - 1);
      d = ((slotD >>> 20) + 1) * (d >>> Rans.PRECISION) + (slotD >>> 8 & Rans.TOTAL - 1);
      // Every other symbol needs a byte, unforeseeably: what is read does not depend on a branch.
      int bitsA = (a - Rans.LOW >>> 31) + (a - (Rans.LOW >> 8) >>> 31) << 3;
      int bitsB = (b - Rans.LOW >>> 31) + (b - (Rans.LOW >> 8) >>> 31) << 3;
      int bitsC = (c - Rans.LOW >>> 31) + (c - (Rans.LOW >> 8) >>> 31) << 3;
      int bitsD = (d - Rans.LOW >>> 31) + (d - (Rans.LOW >> 8) >>> 31) << 3;
      a = a << bitsA | ((in[atA] & 255) << 8 | in[atA + 1] & 255) >>> 16 - bitsA;
      b = b << bitsB | ((in[atB] & 255) << 8 | in[atB + 1] & 255) >>> 16 - bitsB;
      c = c << bitsC | ((in[atC] & 255) << 8 | in[atC + 1] & 255) >>> 16 - bitsC;
      d = d << bitsD | ((in[atD] & 255) << 8 | in[atD + 1] & 255) >>> 16 - bitsD;
      atA += bitsA >> 3;
      atB += bitsB >> 3;
      atC += bitsC >> 3;
      atD += bitsD >> 3;
      out[i] = (byte) slotA;
      out[CHUNK + i] = (byte) slotB;
      out[2 * CHUNK + i] = (byte) slotC;
      out[3 * CHUNK + i] = (byte) slotD;
    }
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    used[0] = atA;
    used[1] = atB;
    used[2] = atC;
    used[3] = atD;
  }

  /** {@code count} symbols of one lane, where the others have nothing to do. */
  private void decode(int lane, int count) {
    byte[] in = input;
    byte[] out = symbols;
    int from = lane * Rans.TOTAL;
    int at = lane * INPUT;
    int to = lane * CHUNK;
    int state = states[lane];
    for (int i = 0; i < count; i++) {
      int slot = slots[from + (state & Rans.TOTAL - 1)];
      state = ((slot >>> 20) + 1) * (state >>> Rans.PRECISION) + (slot >>> 8 & Rans.TOTAL - 1);
      int bits = (state - Rans.LOW >>> 31) + (state - (Rans.LOW >> 8) >>> 31) << 3;
      state = state << bits | ((in[at] & 255) << 8 | in[at + 1] & 255) >>> 16 - bits;
      at += bits >> 3;
      out[to + i] = (byte) slot;
    }
    states[lane] = state;
    used[lane] = at;
  }

  /** One component under way. */
  private final class Lane {
    private final int number;
    private Job job;

    /** Symbols still to be decoded. */
    private long left;

    /** Bytes of the stored form that were used. */
    private long at;

    /** Bytes of the plain form that were written. */
    private long written;

    /** Bits of symbols that do not fill a byte yet. */
    private int pending;

    private int pendingBits;

    Lane(int number) {
      this.number = number;
    }

    void begin(Job next) {
      job = next;
      left = job.symbols();
      written = 0;
      pending = 0;
      pendingBits = 0;
      long bytes = Math.min(HEAD, job.stored().byteSize() - job.from());
      RansHead head =
          new RansHead(job.stored().asSlice(job.from(), Math.max(0, bytes)).toArray(JAVA_BYTE));
      try {
        head.readTable(job.width(), slots, number * Rans.TOTAL);
        states[number] = head.readState();
      } catch (IllegalArgumentException e) {
        throw corrupt(e);
      }
      at = job.from() + head.at();
      finishIfDone();
    }

    private CorruptModelException corrupt(IllegalArgumentException cause) {
      return new CorruptModelException(
          job.place().section(), job.place().offset(), cause.getMessage(), cause);
    }

    /** Brings the bytes that {@code count} symbols may need; 0 behind the end. */
    void fill(int count) {
      if (job == null) {
        return;
      }
      int most = 2 * count + 1;
      int bytes = (int) Math.min(most, job.stored().byteSize() - at);
      MemorySegment.copy(job.stored(), JAVA_BYTE, at, input, number * INPUT, bytes);
      Arrays.fill(input, number * INPUT + bytes, number * INPUT + most, (byte) 0);
    }

    /** Takes over {@code count} symbols that were decoded. */
    void take(int count) {
      if (job == null) {
        return;
      }
      at += used[number] - number * INPUT;
      left -= count;
      if (at > job.stored().byteSize()) {
        throw corrupt(
            new IllegalArgumentException(
                "coded bytes end after "
                    + job.stored().byteSize()
                    + " where more are needed; copy or write the file again"));
      }
      int bytes = job.width() == 8 ? count : pack(count);
      MemorySegment.copy(symbols, number * CHUNK, job.plain(), JAVA_BYTE, written, bytes);
      written += bytes;
      finishIfDone();
    }

    /** Packs symbols of fewer than 8 bits where they are; returns the bytes. */
    private int pack(int count) {
      int from = number * CHUNK;
      int most = (int) Math.min(count, job.plain().byteSize() - written);
      int bytes = 0;
      for (int i = 0; i < count; i++) {
        pending |= (symbols[from + i] & SYMBOL) << pendingBits;
        pendingBits += job.width();
        if (pendingBits >= 8 && bytes < most) {
          symbols[from + bytes++] = (byte) pending;
          pending >>>= 8;
          pendingBits -= 8;
        }
      }
      return bytes;
    }

    private void finishIfDone() {
      if (left > 0) {
        return;
      }
      try {
        if (states[number] != Rans.LOW || at != job.stored().byteSize() || pending != 0) {
          throw new IllegalArgumentException(
              "coded bytes do not end where "
                  + job.symbols()
                  + " symbols of "
                  + job.width()
                  + " bits end");
        }
        job.then().run();
      } catch (IllegalArgumentException e) {
        throw corrupt(e);
      }
      job = null;
    }
  }
}
