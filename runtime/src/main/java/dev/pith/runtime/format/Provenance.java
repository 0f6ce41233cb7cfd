package dev.pith.runtime.format;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a model was made. Immutable.
 *
 * @param tool name and version of the program that wrote the file
 * @param recipe the recipe as text (YAML); empty for none
 * @param sourceSha256 SHA-256 of the source model's bytes in lower-case hex; empty for none
 * @param seed seed of everything random in the making
 * @param facts further facts by name, such as measured accuracy and preprocessing; kept sorted
 */
public record Provenance(
    String tool, String recipe, String sourceSha256, long seed, Map<String, String> facts) {

  /** Nothing is known. */
  public static final Provenance NONE = new Provenance("", "", "", 0, Map.of());

  public Provenance {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }
}
