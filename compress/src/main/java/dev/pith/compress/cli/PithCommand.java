package dev.pith.compress.cli;

import dev.pith.compress.measure.Engine;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pith} itself. */
@Command(
    name = "pith",
    description = "Compresses trained networks and runs them compressed.",
    versionProvider = PithCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      CompressCommand.class,
      InspectCommand.class,
      RunCommand.class,
      EvalCommand.class,
      BenchCommand.class,
      ExplainCommand.class,
      ProfileCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      DevicesCommand.class,
    },
    footer = {
      "",
      "DATA: idx:DIR[:train|test], cifar10:FILE.bin[.gz], images:DIR, npz:FILE, npy:X.npy[,Y.npy],",
      "  glyphs[:train|test]; then ?scale=1/255&mean=0.49,0.48,0.45&std=0.25,0.24,0.26",
      "  &layout=nchw|nhwc&channels=rgb|bgr|gray&resize=256&crop=224 as needed.",
      "Exit codes: 0 done, 1 a check did not hold, 2 bad input, 3 device missing, 130 interrupted.",
      "",
      "Examples:",
      "  pith demo",
      "  pith compress net.onnx net.pith --quantize int8 --calibrate"
          + " images:photos?resize=256&crop=224",
      "  pith eval net.onnx net.pith --data cifar10:test.bin.gz",
    })
final class PithCommand implements Runnable {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean version;

  @Spec private CommandSpec spec;

  private final Terminal terminal;
  private final List<Engine> engines;

  PithCommand(Terminal terminal, List<Engine> engines) {
    this.terminal = terminal;
    this.engines = List.copyOf(engines);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  Terminal terminal() {
    return terminal;
  }

  List<Engine> engines() {
    return engines;
  }

  /** {@code pith 0.1.0} and the Java it runs on. */
  static final class Version implements IVersionProvider {

    /** Name and version, as files written by this program state them. */
    static String tool() {
      String version = PithCommand.class.getPackage().getImplementationVersion();
      return "pith " + (version == null ? "(development)" : version);
    }

    /** What {@code --version} shows. */
    static String text() {
      return tool() + " on Java " + Runtime.version();
    }

    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }
}
