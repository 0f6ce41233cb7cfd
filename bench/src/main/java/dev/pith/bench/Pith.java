package dev.pith.bench;

import dev.pith.bench.report.ReportCommand;
import dev.pith.bench.reproduce.ReproduceCommand;
import dev.pith.bench.table.TableCommand;
import dev.pith.compress.cli.Main;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The program {@code pith} as the launcher starts it: all commands, the peer to bench with, and
 * what needs both: {@code pith report} measures networks and draws a page, {@code pith reproduce}
 * runs the README's tables again, {@code pith table} prints the table of promises, {@code pith jmh}
 * runs the JMH benchmarks with JMH's own arguments.
 */
public final class Pith {

  private Pith() {}

  /** Runs the command in {@code args} and ends the virtual machine. */
  public static void main(String[] args) throws IOException {
    String command = args.length == 0 ? "" : args[0];
    switch (command) {
      case "jmh" -> {
        Main.redirectMessages();
        org.openjdk.jmh.Main.main(jmh(rest(args)));
      }
      case "table" -> {
        Main.redirectMessages();
        System.exit(Main.runAlone(new TableCommand(System.out), rest(args)));
      }
      case "reproduce" -> {
        Main.redirectMessages();
        System.exit(Main.runAlone(new ReproduceCommand(System.out), rest(args)));
      }
      case "report" -> {
        Main.redirectMessages();
        System.exit(Main.runAlone(new ReportCommand(System.out), rest(args)));
      }
      default -> Main.start(args, List.of(new OrtEngine()));
    }
  }

  /** JMH's arguments; allocation is counted unless other profilers are asked for. */
  private static String[] jmh(String[] args) {
    List<String> all = new ArrayList<>(List.of(args));
    boolean isAnswered = all.stream().anyMatch(List.of("-prof", "-h", "-l", "-lprof")::contains);
    if (!isAnswered) {
      all.addAll(List.of("-prof", "gc"));
    }
    return all.toArray(String[]::new);
  }

  private static String[] rest(String[] args) {
    return Arrays.copyOfRange(args, 1, args.length);
  }
}
