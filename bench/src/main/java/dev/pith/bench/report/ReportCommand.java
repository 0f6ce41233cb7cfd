package dev.pith.bench.report;

import dev.pith.bench.measure.Machine;
import dev.pith.bench.model.Networks;
import dev.pith.compress.measure.Roofline;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.BackendUnavailableException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures networks in their forms beside ONNX Runtime, layers under the machine's roofline and,
 * with real data, accuracy against size; writes {@code report.html}, {@code report.json} and the
 * charts as SVG files.
 */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Measures networks beside ONNX Runtime and writes a page with charts.",
    footer = {
      "",
      "The page needs no network and no scripts. Takes about four minutes, with --quick one.",
      "Files are written after each network: an interrupt keeps what was measured.",
      "Examples:",
      "  pith report --out report",
      "  pith report --out report --data DIR --batch 1,8,64"
    })
public final class ReportCommand implements Callable<Integer> {

  private static final int BAD_INPUT = 2;
  private static final int DEVICE_MISSING = 3;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the files (default: report).")
  private Path out = Path.of("report");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with models/ and cifar10/: more networks, and accuracy.")
  private Path data;

  @Option(names = "--device", paramLabel = "D", description = "What Pith runs on (default: cpu).")
  private String device = "cpu";

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      description = "Samples in a run (default: 1,8).")
  private List<Integer> batches = List.of(1, 8);

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Threads of a run (default: all; 0).")
  private List<Integer> threads = List.of(0);

  @Option(
      names = "--network",
      paramLabel = "NAME",
      split = ",",
      description = "Which networks: ${COMPLETION-CANDIDATES} (default: those that are there).")
  private List<Networks> networks = List.of();

  @Option(names = "--quick", description = "One small network, batch 1, shorter.")
  private boolean quick;

  private final PrintStream messages;

  /** The command, saying what it does on {@code messages}. */
  public ReportCommand(PrintStream messages) {
    this.messages = messages;
  }

  @Override
  public Integer call() throws Exception {
    try {
      Backends.open(SessionOptions.defaults().withDevice(device)).close();
    } catch (BackendUnavailableException e) {
      messages.println("pith: " + e.getMessage());
      return DEVICE_MISSING;
    }
    for (Networks network : networks()) {
      if (!network.isAvailable(data)) {
        messages.println("pith: " + network.missing());
        return BAD_INPUT;
      }
    }
    ReportFiles files = new ReportFiles(out);
    messages.println("measuring the machine");
    Roofline roofline = Roofline.measure(Machine.target(1));
    Set<String> doubts = new LinkedHashSet<>();
    String machine = Machine.describe();
    List<NetworkResult> results = new ArrayList<>();
    for (Networks network : networks()) {
      for (int batch : quick ? List.of(1) : batches) {
        for (int count : threads) {
          if (batch == 1 || network.takesAnyBatch()) {
            say("measuring %s, batch %d, %s", network.title(), batch, threads(count));
            results.add(
                NetworkResult.measure(network, data, device, batch, count, quick ? 1 : 2, doubts));
            files.write(new ReportPage(machine, roofline, results, List.of(), List.of()), doubts);
          }
        }
      }
    }
    say("measuring layers");
    List<LayerPoint> layers = LayerPoint.measure(quick);
    files.write(new ReportPage(machine, roofline, results, layers, List.of()), doubts);
    if (data != null && Files.isDirectory(data.resolve("cifar10"))) {
      say("measuring accuracy");
      List<AccuracyPoint> accuracies = AccuracyPoint.measure(data, quick ? 300 : 2000);
      files.write(new ReportPage(machine, roofline, results, layers, accuracies), doubts);
    }
    doubts.forEach(doubt -> messages.println("pith: " + doubt));
    messages.println("wrote " + files.page());
    return 0;
  }

  private List<Networks> networks() {
    if (!networks.isEmpty()) {
      return networks;
    }
    if (quick) {
      return List.of(Networks.MOBILENET_V2_32);
    }
    List<Networks> found = new ArrayList<>();
    for (Networks network : Networks.values()) {
      if (network.isAvailable(data)) {
        found.add(network);
      }
    }
    return found;
  }

  private static String threads(int count) {
    return count == 0 ? "all threads" : count == 1 ? "1 thread" : count + " threads";
  }

  private void say(String format, Object... values) {
    messages.println(String.format(Locale.ROOT, format, values));
  }
}
