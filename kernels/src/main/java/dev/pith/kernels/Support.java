package dev.pith.kernels;

/** A kernel's answer to "can you solve this?". */
public sealed interface Support {

  /** The kernel solves the problem. */
  record Supported() implements Support {}

  /**
   * The kernel does not solve the problem.
   *
   * @param reason a sentence with the values that decided it: "k=30 is not a multiple of 16"
   */
  record Unsupported(String reason) implements Support {}

  /** The one instance of yes. */
  Support YES = new Supported();

  /** No, because {@code format} filled with {@code values}. */
  static Support no(String format, Object... values) {
    return new Unsupported(String.format(java.util.Locale.ROOT, format, values));
  }

  /** Whether this is a yes. */
  default boolean isSupported() {
    return this instanceof Supported;
  }
}
