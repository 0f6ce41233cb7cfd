package dev.pith.runtime.graph;

/**
 * An extent of a graph input or output: a number, or a symbol that each run may bind anew.
 *
 * @param size the number, or −1 for a symbol
 * @param symbol the symbol's name; empty for a number, and for an extent nothing is known about
 */
public record Dim(long size, String symbol) {

  /** A known extent. */
  public static Dim of(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("extent " + size + " is negative");
    }
    return new Dim(size, "");
  }

  /** A named extent that is equal wherever the name occurs. */
  public static Dim symbol(String name) {
    return new Dim(-1, name);
  }

  /** Whether the extent is a number. */
  public boolean isKnown() {
    return size >= 0;
  }

  @Override
  public String toString() {
    return isKnown() ? Long.toString(size) : symbol.isEmpty() ? "?" : symbol;
  }
}
