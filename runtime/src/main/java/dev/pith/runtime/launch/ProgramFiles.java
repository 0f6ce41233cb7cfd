package dev.pith.runtime.launch;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Compiled programs kept from one process to the next: a file for each source, named by the hash of
 * the source and of everything else its compilation depends on, beside the source itself. Files
 * appear whole or not at all, whatever other processes do.
 */
public final class ProgramFiles {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.launch");

  /** Bytes of a hash at the end of each file, so that a damaged one is told from a whole one. */
  private static final int CHECK = 8;

  /** Part of every key: files of another form are not looked at. */
  private static final String FORM = "checked\0";

  private final Path folder;
  private final String environment;

  /**
   * A folder of programs.
   *
   * @param folder made when something is written
   * @param environment everything that decides what a source compiles to: options, compiler, device
   */
  public ProgramFiles(Path folder, String environment) {
    this.folder = folder;
    this.environment = environment;
  }

  private Path file(String source, String ending) {
    byte[] key = hash((FORM + source + '\0' + environment).getBytes(StandardCharsets.UTF_8));
    return folder.resolve(HexFormat.of().formatHex(key, 0, 16) + ending);
  }

  private static byte[] hash(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The kept program of a source; {@code null} where there is none, or only a damaged one. */
  public byte[] read(String source) {
    Path file = file(source, ".bin");
    if (!Files.isReadable(file)) {
      return null;
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      int length = bytes.length - CHECK;
      if (length > 0) {
        byte[] program = new byte[length];
        System.arraycopy(bytes, 0, program, 0, length);
        byte[] check = hash(program);
        boolean whole = true;
        for (int i = 0; i < CHECK; i++) {
          whole &= bytes[length + i] == check[i];
        }
        if (whole) {
          return program;
        }
      }
      LOGGER.log(Level.WARNING, "{0} is damaged; the program is compiled anew", file);
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "cannot read " + file + "; the program is compiled anew", e);
    }
    return null;
  }

  /** Keeps a program; where that is not possible, a warning says so and nothing is kept. */
  public void write(String source, byte[] program) {
    try {
      byte[] bytes = new byte[program.length + CHECK];
      System.arraycopy(program, 0, bytes, 0, program.length);
      System.arraycopy(hash(program), 0, bytes, program.length, CHECK);
      write(file(source, ".txt"), source.getBytes(StandardCharsets.UTF_8));
      write(file(source, ".bin"), bytes);
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "no programs are kept in {0}: {1}; set pith.cache", folder, e);
    }
  }

  /** Writes a source that does not compile; where it lies now, or why it could not be written. */
  public String dump(String source) {
    try {
      Path file = file(source, ".txt");
      write(file, source.getBytes(StandardCharsets.UTF_8));
      return file.toString();
    } catch (IOException e) {
      return "not written, " + e;
    }
  }

  private void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, "new", ".part");
    try {
      Files.write(beside, bytes);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
