package dev.pith.compress.cli;

import dev.pith.compress.measure.ModelFiles;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pith verify}: whether a file is whole and gives the answers it was stored with. */
@Command(
    name = "verify",
    description = "Checks all checksums and replays the golden vectors of a .pith file.",
    footer = {"", "Example:", "  pith verify net.pith --device cpu"})
final class VerifyCommand extends CliCommand {

  @Parameters(paramLabel = "FILE.pith", description = "The file to check.")
  private Path file;

  @Mixin private SessionOption on;

  @Override
  int run() throws IOException {
    try (Model model = ModelFiles.load(file)) {
      if (model.golden() == null) {
        print(file + ": all checksums hold; it stores no golden vectors");
        return Failures.DONE;
      }
      try (Session session = model.newSession(on.options())) {
        List<String> wrong = GoldenRun.check(model, session);
        if (!wrong.isEmpty()) {
          throw new CheckFailedException(
              file + " on " + deviceName(session) + ": " + String.join("; ", wrong));
        }
        print(
            file
                + ": all checksums hold; on "
                + deviceName(session)
                + " the answers to "
                + model.golden().inputs().size()
                + " golden inputs are as stored");
      }
    }
    return Failures.DONE;
  }
}
