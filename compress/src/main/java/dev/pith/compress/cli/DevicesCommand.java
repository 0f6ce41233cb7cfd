package dev.pith.compress.cli;

import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Backend;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pith devices}: what models can run on here. */
@Command(
    name = "devices",
    description = "Shows what models can run on here, and what is missing and how to get it.",
    footer = {"", "Examples:", "  pith devices --json", "  pith devices --require cuda"})
final class DevicesCommand extends CliCommand {

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(
      names = "--require",
      paramLabel = "D",
      description = "Print nothing; exit code 3 if device D cannot be used.")
  private String required;

  @Override
  int run() throws IOException {
    if (required != null) {
      Backends.open(SessionOptions.defaults().withDevice(required)).close();
      return Failures.DONE;
    }
    if (json) {
      printJson(
          out -> {
            out.writeArrayFieldStart("devices");
            for (Backend backend : Backends.ALL) {
              Backend.Availability found = backend.availability();
              out.writeStartObject();
              out.writeStringField("name", backend.name());
              out.writeBooleanField("available", found.isAvailable());
              out.writeStringField("detail", found.detail());
              out.writeEndObject();
            }
            out.writeEndArray();
          });
      return Failures.DONE;
    }
    Table table = new Table("DEVICE", "AVAILABLE", "DETAIL");
    for (Backend backend : Backends.ALL) {
      Backend.Availability found = backend.availability();
      table.row(backend.name(), found.isAvailable() ? "yes" : "no", found.detail());
    }
    print(table);
    return Failures.DONE;
  }
}
