package dev.pith.compress.layer;

import java.util.regex.Pattern;

/**
 * A name, or a glob pattern of names: {@code *} stands for any characters, {@code ?} for one.
 * Immutable, thread-safe.
 *
 * @param glob the pattern as it was written
 */
public record NamePattern(String glob) {

  /** Whether {@code name} is meant. */
  public boolean matches(String name) {
    // \Q..\E quotes everything but the two wildcards.
    String quoted = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(quoted, Pattern.DOTALL).matcher(name).matches();
  }

  @Override
  public String toString() {
    return glob;
  }
}
