package dev.pith.runtime.plan.tune;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Winners of earlier measurements, in one text file for each device: a line with the file's version
 * and the CRC32C of what follows, a line that names the device, then a line for each problem:
 * problem, winner and the time of each candidate in nanoseconds, separated by tabs.
 *
 * <p>A file is written beside and moved, with what others have added to it since; two processes
 * that write at once may lose an entry, never damage the file. A damaged file counts as empty and
 * is written anew. Without a folder that can be written, entries live as long as the object. Not
 * thread-safe.
 */
final class TuningCache {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.plan");
  private static final String VERSION = "pith kernel timings 1";

  /** Most entries of a file; the oldest leave. */
  private static final int MOST = 20_000;

  private final Path file;
  private final String device;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Entry> added = new LinkedHashMap<>();

  /**
   * One verdict.
   *
   * @param winner the fastest kernel's name
   * @param nanos time of each kernel that was timed
   */
  record Entry(String winner, Map<String, Long> nanos) {

    private String text(String problem) {
      StringBuilder line = new StringBuilder(problem).append('\t').append(winner);
      nanos.forEach((name, time) -> line.append('\t').append(name).append('=').append(time));
      return line.append('\n').toString();
    }

    private static Entry parse(List<String> fields) {
      Map<String, Long> nanos = new TreeMap<>();
      for (String field : fields.subList(2, fields.size())) {
        int equals = field.indexOf('=');
        nanos.put(field.substring(0, equals), Long.parseLong(field.substring(equals + 1)));
      }
      return new Entry(fields.get(1), nanos);
    }
  }

  /**
   * Opens the file for a device.
   *
   * @param folder where files are kept
   * @param device everything that times depend on besides the problem; one line
   */
  TuningCache(Path folder, String device) {
    this.device = device;
    this.file = folder.resolve("timings-" + checksum(device) + ".tsv");
    entries.putAll(read());
  }

  /** What is known of a problem, or {@code null}. */
  Entry get(String problem) {
    return entries.get(problem);
  }

  /** Remembers a verdict; {@link #save} writes it. */
  void put(String problem, Entry entry) {
    entries.put(problem, entry);
    added.put(problem, entry);
  }

  /** Writes what was added, if anything was. */
  void save() {
    if (added.isEmpty()) {
      return;
    }
    Map<String, Entry> all = read();
    added.keySet().forEach(all::remove);
    all.putAll(added);
    StringBuilder body = new StringBuilder(device).append('\n');
    all.entrySet().stream()
        .skip(Math.max(0, all.size() - MOST))
        .forEach(entry -> body.append(entry.getValue().text(entry.getKey())));
    String text = VERSION + ' ' + checksum(body.toString()) + '\n' + body;
    try {
      Files.createDirectories(file.getParent());
      Path beside = Files.createTempFile(file.getParent(), ".timings-", ".tsv");
      try {
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
      added.clear();
    } catch (IOException e) {
      LOGGER.log(
          Level.INFO, "timings of kernels are not kept: {0} cannot be written: {1}", file, e);
    }
  }

  private Map<String, Entry> read() {
    Map<String, Entry> found = new LinkedHashMap<>();
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return found;
    } catch (IOException e) {
      LOGGER.log(Level.INFO, "timings of kernels in {0} are ignored: {1}", file, e);
      return found;
    }
    int first = text.indexOf('\n');
    String body = text.substring(first + 1);
    if (first < 0 || !text.substring(0, first).equals(VERSION + ' ' + checksum(body))) {
      LOGGER.log(Level.INFO, "timings of kernels in {0} are damaged; they are made anew", file);
      return found;
    }
    List<String> lines = body.lines().toList();
    if (!lines.get(0).equals(device)) {
      LOGGER.log(Level.INFO, "timings of kernels in {0} are another device''s", file);
      return found;
    }
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = List.of(line.split("\t", -1));
      found.put(fields.get(0), Entry.parse(fields));
    }
    return found;
  }

  private static String checksum(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", checksum.getValue());
  }
}
