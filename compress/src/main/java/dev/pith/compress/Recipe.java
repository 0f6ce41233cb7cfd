package dev.pith.compress;

import dev.pith.compress.pack.LayoutRule;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.quantize.QuantizeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a network is compressed: what the command line or a YAML file asks for, checked as a whole
 * before anything runs. Immutable, thread-safe. {@link RecipeReader} defines the YAML form.
 *
 * @param text the recipe as YAML; stored in the file it makes
 * @param prune pruning steps in order; may be empty
 * @param quantize quantization, or {@code null} for none
 * @param calibrate data for calibration, as on the command line; empty for none
 * @param samples most calibration samples to use, at least 1
 * @param maxDrop largest allowed loss of accuracy by quantization, as a fraction; negative for no
 *     limit
 * @param layouts which weights leave zeros out
 * @param seed of everything that is drawn
 * @param train settings of training as written (maps, lists, text, numbers); empty for none
 */
public record Recipe(
    String text,
    List<PruneSpec> prune,
    QuantizeSpec quantize,
    String calibrate,
    int samples,
    double maxDrop,
    LayoutRule layouts,
    long seed,
    Map<String, Object> train) {

  /** Calibration samples used where nothing is said. */
  public static final int DEFAULT_SAMPLES = 256;

  public Recipe {
    prune = List.copyOf(prune);
    train = Map.copyOf(train);
    if (samples < 1) {
      throw new IllegalArgumentException("samples is " + samples + "; at least 1 is needed");
    }
    if (maxDrop >= 1 || Double.isNaN(maxDrop)) {
      throw new IllegalArgumentException(
          "max_drop is " + maxDrop + "; it is a fraction, 0.01 for one point of accuracy");
    }
  }

  /**
   * The recipe in a YAML file.
   *
   * @throws IllegalArgumentException if it is not a valid recipe; the message has file and line
   */
  public static Recipe read(Path file) throws IOException {
    return RecipeReader.read(Files.readString(file), file.toString());
  }

  /**
   * The recipe in a YAML text.
   *
   * @throws IllegalArgumentException if it is not a valid recipe; the message has the line
   */
  public static Recipe parse(String yaml) {
    return parse(yaml, "recipe");
  }

  /**
   * The recipe in a YAML text.
   *
   * @param source what messages call the text, before the number of the line
   * @throws IllegalArgumentException if it is not a valid recipe; the message has the line
   */
  public static Recipe parse(String yaml, String source) {
    return RecipeReader.read(yaml, source);
  }

  /** Whether a step needs calibration samples. */
  public boolean needsSamples() {
    boolean secondOrder =
        prune.stream().anyMatch(spec -> spec.method() == PruneSpec.Method.SECOND_ORDER);
    return secondOrder || quantize != null && quantize.mode() == QuantizeSpec.Mode.INT8;
  }

  /** Whether a step needs to measure accuracy. */
  public boolean needsAccuracy() {
    return quantize != null && maxDrop >= 0;
  }
}
