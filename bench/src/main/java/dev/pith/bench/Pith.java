package dev.pith.bench;

import dev.pith.bench.table.TableCommand;
import dev.pith.compress.cli.Main;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * The program {@code pith} as the launcher starts it: all commands, the peer to bench with, and two
 * commands for developers: {@code pith table} prints the table of promises, {@code pith jmh} runs
 * the JMH benchmarks with JMH's own arguments.
 */
public final class Pith {

  private Pith() {}

  /** Runs the command in {@code args} and ends the virtual machine. */
  public static void main(String[] args) throws IOException {
    String command = args.length == 0 ? "" : args[0];
    switch (command) {
      case "jmh" -> {
        Main.redirectMessages();
        org.openjdk.jmh.Main.main(rest(args));
      }
      case "table" -> {
        Main.redirectMessages();
        System.exit(new CommandLine(new TableCommand(System.out)).execute(rest(args)));
      }
      default -> Main.start(args, List.of(new OrtEngine()));
    }
  }

  private static String[] rest(String[] args) {
    return Arrays.copyOfRange(args, 1, args.length);
  }
}
