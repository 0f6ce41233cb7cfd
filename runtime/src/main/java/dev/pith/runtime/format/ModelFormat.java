package dev.pith.runtime.format;

/** Numbers that FORMAT.md fixes. */
final class ModelFormat {

  /** 0x89 "PITH" CR LF SUB: a text-mode transfer or a cut high bit shows in the first bytes. */
  static final byte[] MAGIC = {(byte) 0x89, 'P', 'I', 'T', 'H', '\r', '\n', 0x1A};

  static final int MAJOR = 1;
  static final int MINOR = 0;

  /** Bytes before the deflated header. */
  static final int PREFIX = 32;

  /** Place of the prefix's own checksum, which covers all bytes before it and the header. */
  static final int PREFIX_CHECKSUM = 28;

  /** Most bytes of the header, deflated and inflated. */
  static final int MAX_HEADER = 8 << 20;

  static final int SECTION_ALIGNMENT = 64;

  /** Raw components of at least this many bytes begin at multiples of 64 in their section. */
  static final int LARGE_COMPONENT = 4096;

  /** Alignment of other raw components. */
  static final int SMALL_ALIGNMENT = 4;

  /** A coded component decodes to at most this many times its stored bytes. */
  static final int MAX_EXPANSION = 64;

  /** Graphs and lists may be nested this deep. */
  static final int MAX_DEPTH = 32;

  /** Ranks are below this. */
  static final int MAX_RANK = 64;

  static final int CHUNK_STRINGS = 1;
  static final int CHUNK_PROVENANCE = 2;
  static final int CHUNK_SECTIONS = 3;
  static final int CHUNK_TENSORS = 4;
  static final int CHUNK_GRAPH = 5;
  static final int CHUNK_GOLDEN = 6;

  private ModelFormat() {}

  /** {@code position} rounded up to a multiple of {@code alignment}, a power of two. */
  static long align(long position, long alignment) {
    return position + alignment - 1 & -alignment;
  }

  /** Where in its section a component may begin, at the earliest at {@code position}. */
  static long place(long position, Coding coding, long storedBytes) {
    if (!coding.isRaw()) {
      return position;
    }
    return align(position, storedBytes >= LARGE_COMPONENT ? SECTION_ALIGNMENT : SMALL_ALIGNMENT);
  }
}
