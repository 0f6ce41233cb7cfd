package dev.pith.bench.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pith.compress.cli.Main;
import dev.pith.compress.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Commands of {@code pith} run in this process. */
final class CommandLine {

  private CommandLine() {}

  /**
   * Runs a command.
   *
   * @return what it printed
   * @throws IOException if it fails; with its message
   */
  static String run(List<String> arguments) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 0, false);
    int code = Main.run(terminal, List.of(), arguments.toArray(String[]::new));
    if (code != 0) {
      throw new IOException("pith " + String.join(" ", arguments) + ": " + err.toString().strip());
    }
    return out.toString();
  }

  /** Runs a command that prints a JSON document. */
  static JsonNode json(List<String> arguments) throws IOException {
    return new ObjectMapper().readTree(run(arguments));
  }
}
