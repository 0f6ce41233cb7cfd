package dev.pith.compress.cli;

import dev.pith.compress.measure.Engine;
import dev.pith.compress.measure.PithEngine;
import dev.pith.runtime.Settings;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The program {@code pith}. Exit codes: 0 done, 1 a check did not hold, 2 bad input, 3 device
 * missing, 130 interrupted. Results go to standard output, everything else to standard error;
 * errors are one line.
 */
public final class Main {

  private Main() {}

  /** Runs the command in {@code args} and ends the virtual machine. */
  public static void main(String[] args) {
    start(args, List.of());
  }

  /**
   * Runs the command in {@code args} and ends the virtual machine.
   *
   * @param peers further engines that {@code bench} can run
   */
  public static void start(String[] args, List<Engine> peers) {
    redirectMessages();
    Unfinished.watch();
    int code =
        run(
            new Terminal(
                writer(new FileOutputStream(FileDescriptor.out), false),
                writer(System.err, true),
                Settings.COLUMNS.getInt(),
                Settings.PROGRESS.get().equals("true")),
            peers,
            args);
    Unfinished.done();
    System.exit(code);
  }

  private static PrintWriter writer(OutputStream out, boolean flush) {
    return new PrintWriter(
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)), flush);
  }

  /** Sends messages where the launcher wants them: to the file that a setting names. */
  public static void redirectMessages() {
    String place = Settings.MESSAGES.get();
    if (place.isEmpty()) {
      return;
    }
    try {
      FileOutputStream messages = new FileOutputStream(place, /* append= */ true);
      System.setErr(new PrintStream(messages, true, StandardCharsets.UTF_8));
    } catch (IOException e) {
      System.err.println("pith: messages cannot go to " + place + ": " + e.getMessage());
    }
  }

  /**
   * Runs one command and returns its exit code; for use within a program, and tests.
   *
   * @param terminal where results and messages go
   * @param peers further engines that {@code bench} can run
   */
  public static int run(Terminal terminal, List<Engine> peers, String... args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      // Answered before the command line is set up, which takes a third of a second.
      terminal.out().println(PithCommand.Version.text());
      terminal.out().flush();
      return Failures.DONE;
    }
    List<Engine> engines = new ArrayList<>(List.of(new PithEngine(true)));
    engines.addAll(peers);
    CommandLine line = new CommandLine(new PithCommand(terminal, engines));
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(false);
    line.addSubcommand("completion", completion);
    line.setOut(terminal.out());
    line.setErr(terminal.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(Math.clamp(terminal.columns() == 0 ? 100 : terminal.columns(), 60, 120));
    line.setParameterExceptionHandler(Main::badArguments);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(failure, terminal, verbose(command)));
    int code;
    try {
      code = line.execute(args);
    } catch (OutOfMemoryError e) {
      code = Failures.report(e, terminal, false);
    }
    terminal.out().flush();
    terminal.err().flush();
    if (code == Failures.DONE && terminal.out().checkError()) {
      return Failures.report(
          new IOException("standard output was closed or is full"), terminal, false);
    }
    return code;
  }

  /**
   * Runs a command of another module as {@code pith} runs its own: errors are one line on standard
   * error, and exit codes are the same.
   *
   * @param command has picocli's annotations
   * @return the exit code
   */
  public static int runAlone(Object command, String... args) {
    Terminal terminal =
        new Terminal(
            writer(new FileOutputStream(FileDescriptor.out), false),
            writer(System.err, true),
            0,
            false);
    CommandLine line = new CommandLine(command);
    line.setCommandName("pith " + line.getCommandName());
    line.setErr(terminal.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Main::badArguments);
    line.setExecutionExceptionHandler(
        (failure, failed, parsed) -> Failures.report(failure, terminal, false));
    return line.execute(args);
  }

  private static int badArguments(CommandLine.ParameterException e, String[] args) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String message = e.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
    e.getCommandLine()
        .getErr()
        .println("pith: " + message + " (see " + spec.qualifiedName() + " --help)");
    return Failures.BAD_INPUT;
  }

  private static boolean verbose(CommandLine command) {
    return command.getCommand() instanceof CliCommand common && common.isVerbose();
  }
}
