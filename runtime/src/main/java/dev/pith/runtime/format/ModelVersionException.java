package dev.pith.runtime.format;

/** A model file has a major version this release does not read. */
public final class ModelVersionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int major;

  /** An exception for a file of version {@code major}.{@code minor}. */
  public ModelVersionException(int major, int minor) {
    super(
        "the model file has format version "
            + major
            + "."
            + minor
            + "; this release reads "
            + ModelFormat.MAJOR
            + ".x: "
            + (major > ModelFormat.MAJOR
                ? "use a newer release"
                : "write the file again with this release"));
    this.major = major;
  }

  /** The file's major version. */
  public int major() {
    return major;
  }
}
