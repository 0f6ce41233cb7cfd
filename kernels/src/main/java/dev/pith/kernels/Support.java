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

  /**
   * No, because {@code format} filled with {@code values}, one for each {@code %d}, {@code %s} or
   * {@code %b} in turn. A planner asks hundreds of times and mostly drops the reason, so that this
   * does without {@code String.format}, which is slow, most of all in a process that has just
   * begun.
   */
  static Support no(String format, Object... values) {
    StringBuilder reason = new StringBuilder(format.length() + 8 * values.length);
    int from = 0;
    for (Object value : values) {
      int place = format.indexOf('%', from);
      if (place < 0 || "dsb".indexOf(format.charAt(place + 1)) < 0) {
        throw new IllegalArgumentException(
            values.length + " values do not fit the places of \"" + format + "\"");
      }
      reason.append(format, from, place).append(value);
      from = place + 2;
    }
    return new Unsupported(reason.append(format, from, format.length()).toString());
  }

  /** Whether this is a yes. */
  default boolean isSupported() {
    return this instanceof Supported;
  }
}
