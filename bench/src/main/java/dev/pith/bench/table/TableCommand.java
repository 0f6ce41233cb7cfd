package dev.pith.bench.table;

import dev.pith.bench.measure.Machine;
import dev.pith.bench.model.Variant;
import dev.pith.compress.measure.Roofline;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Prints Pith's promises about speed and what this machine shows, as Markdown: Pith and ONNX
 * Runtime in turns, medians, the same threads. Exit code 1 where a promise does not hold.
 */
@Command(
    name = "table",
    mixinStandardHelpOptions = true,
    description = "Measures Pith beside ONNX Runtime and prints the table of promises.")
public final class TableCommand implements Callable<Integer> {

  @Option(names = "--quick", description = "Fewer rows, one thread, shorter: about 90 seconds.")
  private boolean quick;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder whose models/ holds the networks that are not built in.")
  private Path data;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "Instead: kernels of a device beside cuBLAS and cuSPARSE, as cuda or cuda:1.")
  private String device;

  @Option(
      names = "--part",
      paramLabel = "P",
      split = ",",
      description = "Only these parts: ${COMPLETION-CANDIDATES}.")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  private final PrintStream out;
  private final DevicePlan plan;
  private final Function<SessionOptions, Device> opener;

  /** Parts of the table, in order. */
  enum Part {
    layers,
    threads,
    networks,
    opening
  }

  /** The command, printing to {@code out}. */
  public TableCommand(PrintStream out) {
    this(out, null, Backends::open);
  }

  /**
   * The command with another plan for devices.
   *
   * @param plan what is measured on a device; {@code null} for what options ask for
   * @param opener opens the device whose layers are measured
   */
  TableCommand(PrintStream out, DevicePlan plan, Function<SessionOptions, Device> opener) {
    this.out = out;
    this.plan = plan;
    this.opener = opener;
  }

  @Override
  public Integer call() throws Exception {
    if (device != null) {
      return printDevice() ? 0 : 1;
    }
    long start = System.nanoTime();
    double load = Machine.load();
    out.println(Machine.describe());
    out.println();
    if (load > 0.5) {
      out.printf(
          Locale.ROOT, "The machine is busy (load %.1f): these numbers are rough.%n%n", load);
    }
    Roofline roofline = Roofline.measure(Machine.target(1));
    out.printf(
        Locale.ROOT,
        "One core's peak, measured: %.1f fp32 GMAC/s, %.1f exact int8 GMAC/s, copies %.1f"
            + " GB/s.%n%n",
        roofline.floatRate(),
        roofline.int8Rate(),
        roofline.copyRate());
    if (Variant.reduced()) {
      out.println(
          "No int8 dot products here: int8 networks have weights of 7 bits (reduce_range), for both"
              + " engines.\n");
    }
    boolean met = true;
    for (Part part : parts) {
      met &=
          switch (part) {
            case layers -> new LayerRows(quick, roofline, out).print();
            case threads -> new ThreadRows(quick, out).print();
            case networks -> new NetworkRows(quick, data, out).print();
            case opening -> new OpeningRows(quick, data, out).print();
          };
      out.println();
    }
    out.printf(Locale.ROOT, "Measured in %.0f s.%n", (System.nanoTime() - start) / 1e9);
    return met ? 0 : 1;
  }

  private boolean printDevice() throws Exception {
    DevicePlan rows = plan == null ? DevicePlan.of(quick) : plan;
    SessionOptions options =
        SessionOptions.defaults().withDevice(device).withSelection(KernelSelection.PREFERRED);
    boolean kept;
    try (Device opened = opener.apply(options)) {
      kept = new DeviceRows(rows, out).print(opened);
    }
    out.println();
    kept &= new DeviceNetworkRows(options, rows, out).print();
    return kept;
  }
}
