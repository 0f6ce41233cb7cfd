package dev.pith.runtime.format;

/**
 * How a file is written. Immutable.
 *
 * @param entropyCoding which components are entropy coded
 * @param golden golden vectors to store, or {@code null} for none
 */
public record WriteOptions(EntropyCoding entropyCoding, Golden golden) {

  /** Which components are entropy coded at rest. Coded components are decoded when loaded. */
  public enum EntropyCoding {
    /** None: every component is mapped. */
    NEVER,
    /** Those that become smaller by a sixteenth, if all components together are at most 4 MiB. */
    SMALL_MODELS,
    /** Those that become smaller. */
    ALWAYS
  }

  /** Entropy coding for small models, no golden vectors. */
  public static final WriteOptions DEFAULTS = new WriteOptions(EntropyCoding.SMALL_MODELS, null);

  /** The same options with golden vectors. */
  public WriteOptions withGolden(Golden vectors) {
    return new WriteOptions(entropyCoding, vectors);
  }

  /** The same options with another choice of entropy coding. */
  public WriteOptions withEntropyCoding(EntropyCoding choice) {
    return new WriteOptions(choice, golden);
  }
}
