package dev.pith.compress.data;

import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Data as a user names it: {@code kind:place[:train|test][?setting=value&…]}. Kinds:
 *
 * <ul>
 *   <li>{@code idx:DIR} the four files of MNIST by their standard names, plain or gzip
 *   <li>{@code cifar10:FILE} CIFAR-10 binary records, plain or gzip
 *   <li>{@code images:DIR} image files; setting {@code labels=FILE} names a file of labels
 *   <li>{@code npz:FILE} arrays by name; {@code npy:X.npy[,Y.npy]} samples and labels
 *   <li>{@code glyphs} generated letters and digits; settings {@code count}, {@code seed}
 * </ul>
 *
 * All take the settings of {@link Preprocess}.
 *
 * @param kind what kind of data
 * @param place file or folder; empty for glyphs
 * @param split which part, or {@code null} where the text does not say
 * @param options settings of the kind itself
 * @param preprocess settings of the images, or {@code null} where the text has none
 */
public record DataSpec(
    Kind kind, String place, Split split, Map<String, String> options, Preprocess preprocess) {

  public DataSpec {
    options = Map.copyOf(options);
  }

  /** Kinds of data. */
  public enum Kind {
    IDX("idx"),
    CIFAR10("cifar10"),
    IMAGES("images"),
    NPZ("npz"),
    NPY("npy"),
    GLYPHS("glyphs");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    private Set<String> options() {
      return switch (this) {
        case IMAGES -> Set.of("labels");
        case GLYPHS -> Set.of("count", "seed");
        case IDX, CIFAR10, NPZ, NPY -> Set.of();
      };
    }
  }

  private static final int MAX_GLYPHS = 10_000_000;

  /**
   * Parses the text form; touches no file.
   *
   * @throws IllegalArgumentException saying what is wrong and what is possible
   */
  public static DataSpec parse(String text) {
    int question = text.indexOf('?');
    String head = question < 0 ? text : text.substring(0, question);
    int colon = head.indexOf(':');
    String name = colon < 0 ? head : head.substring(0, colon);
    Kind kind = kind(name, text);
    String place = colon < 0 ? "" : head.substring(colon + 1);
    Split split = null;
    for (Split each : Split.values()) {
      if (place.equals(each.toString()) && kind == Kind.GLYPHS) {
        split = each;
        place = "";
      } else if (place.endsWith(":" + each)) {
        split = each;
        place = place.substring(0, place.length() - each.toString().length() - 1);
      }
    }
    if (kind == Kind.GLYPHS ? !place.isEmpty() : place.isEmpty()) {
      throw new IllegalArgumentException(
          kind == Kind.GLYPHS
              ? "\"" + text + "\": write glyphs, glyphs:train or glyphs:test"
              : "\"" + text + "\" names no " + (kind == Kind.IDX ? "folder" : "file or folder"));
    }
    Map<String, String> options = new HashMap<>();
    Map<String, String> preprocess = new LinkedHashMap<>();
    if (question >= 0) {
      for (String pair : text.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(
              "\"" + text + "\": setting \"" + pair + "\" is not of the form name=value");
        }
        String setting = pair.substring(0, equals);
        (kind.options().contains(setting) ? options : preprocess)
            .put(setting, pair.substring(equals + 1));
      }
    }
    return new DataSpec(
        kind, place, split, options, preprocess.isEmpty() ? null : Preprocess.of(preprocess));
  }

  private static Kind kind(String name, String text) {
    for (Kind kind : Kind.values()) {
      if (kind.text.equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is no data: write idx:DIR[:train|test], cifar10:FILE, images:DIR, npz:FILE,"
            + " npy:X.npy[,Y.npy] or glyphs[:train|test]");
  }

  /**
   * Opens the data.
   *
   * @param defaultSplit the part where the text names none
   * @param remembered settings where the text has none; they are passed over for arrays that are
   *     not images
   * @throws IOException if the data is missing or broken; the message names the file
   * @throws IllegalArgumentException if settings do not fit the data
   */
  public Dataset open(Split defaultSplit, Preprocess remembered) throws IOException {
    Split part = split == null ? defaultSplit : split;
    Preprocess images = preprocess == null ? remembered : preprocess;
    return switch (kind) {
      case IDX -> new ImageDataset(Idx.open(path(place), part), images);
      case CIFAR10 -> new ImageDataset(Cifar10.open(path(place)), images);
      case IMAGES -> new ImageDataset(ImageFolder.open(path(place), labelFile()), images);
      case GLYPHS -> new ImageDataset(glyphs(part), images);
      case NPZ -> arrays(ArrayDataset.of(Npz.read(path(place)), part, place), images);
      case NPY -> arrays(npy(), images);
    };
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no path: " + e.getMessage(), e);
    }
  }

  private Path labelFile() {
    if (!options.containsKey("labels")) {
      return null;
    }
    Path inside = path(place).resolve(options.get("labels"));
    return Files.exists(inside) ? inside : path(options.get("labels"));
  }

  private Dataset arrays(ArrayDataset arrays, Preprocess images) {
    boolean asked = preprocess != null;
    boolean useful = !images.equals(Preprocess.NONE) && arrays.hasImages();
    return asked || useful ? new ImageDataset(arrays.asImages(), images) : arrays;
  }

  private ArrayDataset npy() throws IOException {
    String[] files = place.split(",", -1);
    if (files.length > 2) {
      throw new IllegalArgumentException(
          "\"npy:" + place + "\": write npy:X.npy or npy:X.npy,Y.npy");
    }
    Tensor labels = files.length == 2 ? Npy.read(path(files[1])) : null;
    return ArrayDataset.of(
        Map.of(Dataset.ONLY_INPUT, Npy.read(path(files[0]))), labels, "npy:" + place);
  }

  private Glyphs glyphs(Split part) {
    long count = whole("count", part == Split.TRAIN ? 20_000 : 4_000);
    if (count < 1 || count > MAX_GLYPHS) {
      throw new IllegalArgumentException(
          "count is " + count + "; 1 to " + MAX_GLYPHS + " are possible");
    }
    return new Glyphs((int) count, whole("seed", 1), part);
  }

  private long whole(String name, long defaultValue) {
    String text = options.get(name);
    try {
      return text == null ? defaultValue : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          name + " is \"" + text + "\"; a whole number is needed", e);
    }
  }
}
