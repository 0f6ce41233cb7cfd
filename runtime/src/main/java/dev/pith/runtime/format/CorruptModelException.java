package dev.pith.runtime.format;

/** A file is no model, or its bytes are not what its checksums and the format's rules demand. */
public final class CorruptModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String section;
  private final long offset;

  /**
   * An exception for one place of a file.
   *
   * @param section part of the file: {@code prefix}, {@code header}, {@code section 3} …
   * @param offset byte of the file, or of the inflated header where {@code section} says so
   * @param problem what is there and what is expected
   */
  public CorruptModelException(String section, long offset, String problem) {
    this(section, offset, problem, null);
  }

  /** An exception for one place of a file, with the refusal that led to it. */
  public CorruptModelException(String section, long offset, String problem, Throwable cause) {
    super("damaged model file: " + section + " at byte " + offset + ": " + problem, cause);
    this.section = section;
    this.offset = offset;
  }

  /** Part of the file. */
  public String section() {
    return section;
  }

  /** Byte at which the problem shows. */
  public long offset() {
    return offset;
  }
}
