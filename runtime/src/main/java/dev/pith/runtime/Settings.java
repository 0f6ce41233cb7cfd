package dev.pith.runtime;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Every setting with its default and meaning; the only code that reads system properties and the
 * environment. {@code pith.some.name} is read from the property of that name, else from the
 * environment variable {@code PITH_SOME_NAME}.
 */
public enum Settings {
  DEVICE("pith.device", "auto", "device of sessions that name none"),
  THREADS("pith.threads", "0", "threads of sessions that name none; 0 for all processors"),
  VECTOR_BITS("pith.vectorBits", "-1", "widest CPU vectors: 512, 256, 128, 0 for none, -1 for all"),
  GENERATED_CODE("pith.generatedCode", "on", "machine code generated for this CPU: on or off"),
  TUNING("pith.tuning", "quick", "kernels are: measured, quick, cached, preferred, reference"),
  CACHE("pith.cache", "", "folder of kernel timings and programs; empty for ~/.cache/pith"),
  ALLOW_FALLBACK("pith.allowFallback", "off", "the CPU computes what a device cannot: on or off"),
  CUDA_GRAPHS("pith.cudaGraphs", "on", "plans replayed as CUDA graphs: on or off"),
  CUDA_TF32("pith.cudaTf32", "off", "products of fp32 matrices with factors of TF32: on or off"),
  COLUMNS("pith.columns", "0", "width of the terminal tables are printed to; 0 for none"),
  PROGRESS("pith.progress", "false", "whether long work shows progress on standard error"),
  MESSAGES("pith.messages", "", "file that messages go to instead of standard error");

  private final String property;
  private final String defaultValue;
  private final String meaning;

  Settings(String property, String defaultValue, String meaning) {
    this.property = property;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** The system property's name. */
  public String property() {
    return property;
  }

  /** The value where neither property nor variable is set. */
  public String defaultValue() {
    return defaultValue;
  }

  /** What it does, for people. */
  public String meaning() {
    return meaning;
  }

  /** The value now. */
  public String get() {
    String value = System.getProperty(property);
    if (value == null) {
      value = System.getenv(property.replace('.', '_').toUpperCase(Locale.ROOT));
    }
    return value == null ? defaultValue : value;
  }

  /**
   * The value now as a number.
   *
   * @throws IllegalArgumentException if it is none
   */
  public int getInt() {
    try {
      return Integer.parseInt(get().strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "setting " + property + " is \"" + get() + "\"; a whole number is needed", e);
    }
  }

  /**
   * The value now as a switch.
   *
   * @throws IllegalArgumentException if it is neither on nor off
   */
  public boolean getSwitch() {
    return switch (get().strip()) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new IllegalArgumentException(
              "setting " + property + " is \"" + get() + "\"; use on or off");
    };
  }

  /** The folder of what is kept from one process to the next. */
  public static Path cache() {
    String folder = CACHE.get();
    return folder.isEmpty() ? Path.of(home(), ".cache", "pith") : Path.of(folder);
  }

  /**
   * Runs {@code action} while the virtual machine's folder for temporary files is {@code folder}:
   * for libraries that unpack themselves there and can be told no other place.
   */
  public static synchronized void withTemporaryFolder(Path folder, Runnable action) {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", folder.toString());
    try {
      action.run();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  /** The user's home folder as the virtual machine knows it. */
  public static String home() {
    return System.getProperty("user.home");
  }

  /** The operating system's name as the virtual machine gives it. */
  public static String system() {
    return System.getProperty("os.name");
  }

  /** The processor architecture as the virtual machine names it. */
  public static String architecture() {
    return System.getProperty("os.arch");
  }
}
