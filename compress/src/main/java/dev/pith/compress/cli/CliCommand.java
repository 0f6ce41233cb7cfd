package dev.pith.compress.cli;

import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import java.io.IOException;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: where output goes, {@code --help} and {@code --verbose}. */
abstract class CliCommand implements Callable<Integer> {

  /** Held so that its level stays: loggers without a reference are collected. */
  private static final Logger LOGS = Logger.getLogger("dev.pith");

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(names = "--verbose", description = "Say more, and show where errors come from.")
  private boolean verbose;

  /** Does the work; exceptions become messages and exit codes. */
  abstract int run() throws IOException;

  @Override
  public final Integer call() throws IOException {
    LOGS.setLevel(verbose ? Level.INFO : Level.WARNING);
    return run();
  }

  boolean isVerbose() {
    return verbose;
  }

  PithCommand root() {
    return (PithCommand) spec.root().userObject();
  }

  Terminal terminal() {
    return root().terminal();
  }

  /** Prints a line of results. */
  void print(String line) {
    terminal().out().println(line);
  }

  /** Prints a message that is no result. */
  void note(String line) {
    terminal().err().println(line);
  }

  void print(Table table) {
    table.print(terminal().out(), terminal().columns());
  }

  /** Prints one JSON document. */
  void printJson(Json.Body body) throws IOException {
    StringWriter text = new StringWriter();
    Json.write(text, body);
    print(text.toString());
  }

  /**
   * Session options for a device and threads given on the command line.
   *
   * @throws IllegalArgumentException if {@code threads} is negative
   */
  static SessionOptions options(String device, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("--threads is " + threads + "; 0 (all) or more is needed");
    }
    SessionOptions options = SessionOptions.defaults();
    return (device == null ? options : options.withDevice(device))
        .withThreads(threads > 0 ? threads : options.threads());
  }

  /** {@code cpu} with what it is, for people. */
  static String deviceName(Session session) {
    return session.device().target().isCpu() ? "cpu" : session.device().description();
  }
}
