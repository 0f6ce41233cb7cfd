package dev.pith.runtime.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.zip.CRC32C;

/**
 * The mapped sections of a file and which of their checksums were found right. Safe for use from
 * many threads.
 */
final class FileSections {

  private static final long PIECE = 256 << 20;

  /**
   * One section.
   *
   * @param offset its place in the file
   * @param length its bytes
   * @param crc their CRC32C
   * @param components number of components it holds
   */
  record Section(long offset, long length, int crc, int components) {}

  private final MemorySegment file;
  private final long headerEnd;
  private final List<Section> sections;
  private final AtomicIntegerArray checked;

  FileSections(MemorySegment file, long headerEnd, List<Section> sections) {
    this.file = file;
    this.headerEnd = headerEnd;
    this.sections = List.copyOf(sections);
    this.checked = new AtomicIntegerArray(sections.size());
  }

  List<Section> sections() {
    return sections;
  }

  /** Bytes of section {@code number} from {@code from} on. */
  MemorySegment slice(int number, long from, long bytes) {
    return file.asSlice(sections.get(number).offset() + from, bytes);
  }

  /**
   * Compares a section with its checksum, unless that was done before.
   *
   * @throws CorruptModelException if they differ
   */
  void check(int number) {
    if (checked.get(number) == 1) {
      return;
    }
    Section section = sections.get(number);
    CRC32C crc = new CRC32C();
    for (long at = 0; at < section.length(); at += PIECE) {
      long bytes = Math.min(PIECE, section.length() - at);
      crc.update(slice(number, at, bytes).asByteBuffer());
    }
    if ((int) crc.getValue() != section.crc()) {
      throw new CorruptModelException(
          "section " + number,
          section.offset(),
          String.format(
              "the CRC32C of its %d bytes is %08x, not %08x; copy or write the file again",
              section.length(), (int) crc.getValue(), section.crc()));
    }
    checked.set(number, 1);
  }

  /**
   * Compares all sections with their checksums and checks that the bytes between them are 0.
   *
   * @throws CorruptModelException at the first difference
   */
  void checkAll() {
    long end = headerEnd;
    for (int i = 0; i < sections.size(); i++) {
      for (long at = end; at < sections.get(i).offset(); at++) {
        if (file.get(JAVA_BYTE, at) != 0) {
          throw new CorruptModelException(
              "padding before section " + i, at, "byte is " + file.get(JAVA_BYTE, at) + ", not 0");
        }
      }
      check(i);
      end = sections.get(i).offset() + sections.get(i).length();
    }
  }
}
