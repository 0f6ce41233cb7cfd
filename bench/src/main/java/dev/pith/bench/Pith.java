package dev.pith.bench;

import dev.pith.compress.cli.Main;
import java.util.List;

/** The program {@code pith} as the launcher starts it: all commands, and the peer to bench with. */
public final class Pith {

  private Pith() {}

  /** Runs the command in {@code args} and ends the virtual machine. */
  public static void main(String[] args) {
    Main.start(args, List.of(new OrtEngine()));
  }
}
