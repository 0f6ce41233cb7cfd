package dev.pith.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;

/**
 * A report's files in a folder: page, numbers and charts. Each is written beside its place and
 * moved there, so that whoever interrupts a long report keeps what was measured, in whole files.
 */
final class ReportFiles {

  private final Path folder;

  /** Files in {@code folder}, which is made. */
  ReportFiles(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** The page. */
  Path page() {
    return folder.resolve("report.html");
  }

  /** Writes everything that was measured until now over what was written before. */
  void write(ReportPage page, Collection<String> doubts) throws IOException {
    for (ReportPage.Named chart : page.charts()) {
      write(chart.name() + ".svg", chart.chart().file());
    }
    write("report.json", ReportJson.text(page, doubts));
    write("report.html", page.html(doubts));
  }

  private void write(String name, String text) throws IOException {
    // not a temporary file of the system's, which nobody else might read
    Path beside = folder.resolve("." + name + ".part");
    try {
      Files.writeString(beside, text);
      Path target = folder.resolve(name);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
