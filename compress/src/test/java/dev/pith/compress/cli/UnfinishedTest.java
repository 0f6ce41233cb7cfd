package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is stopped in the middle of writing, as by an interrupt, leaves nothing. */
class UnfinishedTest {

  @TempDir Path folder;

  /** Writes half a file and waits for ever. */
  static final class Stuck {
    private Stuck() {}

    public static void main(String[] args) throws IOException {
      Unfinished.watch();
      if (args.length > 1) {
        Unfinished.keeps(args[1]);
      }
      OutputFile.of(Path.of(args[0]), /* force= */ false)
          .write(
              beside -> {
                Files.writeString(beside, "half");
                System.out.println("writing");
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  @Test
  void aStoppedProgramCleansUp() throws Exception {
    assertEquals("pith: interrupted; nothing was written", stopped());
  }

  @Test
  void aStoppedTrainingSaysWhatIsKept() throws Exception {
    assertEquals("pith: interrupted; --resume goes on", stopped("--resume goes on"));
  }

  /** What a program says that is stopped while it writes. */
  private String stopped(String... keeps) throws Exception {
    Path java = Path.of(ProcessHandle.current().info().command().orElse(""));
    Assumptions.assumeTrue(Files.isExecutable(java), "the java command is not known");
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("-cp");
    command.add(place(Stuck.class) + File.pathSeparator + place(Unfinished.class));
    command.add(Stuck.class.getName());
    command.add(folder.resolve("out").toString());
    command.addAll(List.of(keeps));
    Process process = new ProcessBuilder(command).start();
    try {
      assertEquals('w', process.getInputStream().read());
      assertEquals(1, files().size(), "the file is not being written beside its place");
      Assumptions.assumeTrue(process.supportsNormalTermination(), "no signals here");
      process.toHandle().destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      String message = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(128 + 15, process.exitValue());
      assertEquals(List.of(), files());
      return message.strip();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Where a class was loaded from; the program needs these two folders only. */
  private static Path place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
