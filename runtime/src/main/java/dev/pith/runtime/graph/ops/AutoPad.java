package dev.pith.runtime.graph.ops;

/** Where padding comes from. */
public enum AutoPad {
  /** From the attributes. */
  NONE,
  /** Enough for ⌈input / stride⌉ outputs; an odd cell goes to the end. */
  SAME_UPPER,
  /** Enough for ⌈input / stride⌉ outputs; an odd cell goes to the beginning. */
  SAME_LOWER
}
