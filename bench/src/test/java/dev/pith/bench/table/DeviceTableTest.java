package dev.pith.bench.table;

import static dev.pith.compress.train.Networks.LENET_5;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.bench.model.Variant;
import dev.pith.bench.table.DevicePlan.LayerRow;
import dev.pith.bench.table.DevicePlan.NetworkRow;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.cuda.EmulatedCuda;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.opencl.OpenClMachines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/**
 * {@code pith table --device} with small layers: on an OpenCL device, and on CUDA whose kernels
 * that device runs.
 */
@Tag("opencl")
class DeviceTableTest {

  @RegisterExtension static final DeviceMachine OPENCL = OpenClMachines.first();

  /** A speed that any kernel reaches, and one that none does. */
  private static final double ANY = 0;

  private static final double NONE = 1e9;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private static DevicePlan plan(double promised, NetworkRow... networks) {
    return new DevicePlan(
        1 << 12,
        2,
        0.02,
        List.of(
            new LayerRow(new NmLayout(2, 4), 0.5, 64, 32, promised, 0, DevicePlan.BLAS),
            new LayerRow(new BlockLayout(16, 4), 0.9, 64, 2, promised, 0, DevicePlan.HALVES),
            new LayerRow(new CsrLayout(), 0.8, 64, 32, promised, 0, DevicePlan.SPARSE)),
        List.of(networks));
  }

  private int exitCode(DevicePlan plan, String device, Function<SessionOptions, Device> opener) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new CommandLine(new TableCommand(out, plan, opener)).execute("--device", device);
  }

  /** The cells of the rows that begin with one of the layouts, or a network's name. */
  private List<List<String>> rows() {
    return printed
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("|") && !line.startsWith("|--"))
        .filter(line -> !line.startsWith("| layer") && !line.startsWith("| network"))
        .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)))
        .toList();
  }

  @Test
  void onADeviceWithoutPeersRowsSaySoAndNothingIsOwed() {
    NetworkRow lenet =
        new NetworkRow(
            "LeNet-5",
            () -> LENET_5.create(Shape.of(1, 28, 28), 10, 7),
            Variant.SPARSE_90,
            1,
            0,
            0.001);
    assertEquals(0, exitCode(plan(NONE, lenet), "opencl", Backends::open));
    List<List<String>> rows = rows();
    assertEquals(4, rows.size(), printed.toString(StandardCharsets.UTF_8));
    for (List<String> row : rows.subList(0, 3)) {
      assertEquals(10, row.size());
      assertTrue(Double.parseDouble(row.get(2)) > 0 && Double.parseDouble(row.get(4)) > 0);
      assertTrue(row.get(3).startsWith("own dense or CSR, without cu"), row.toString());
      assertEquals("not measured: no peer", row.get(9));
    }
    List<String> network = rows.get(3);
    assertEquals("LeNet-5", network.get(0));
    assertTrue(Double.parseDouble(network.get(3)) > 0 && Double.parseDouble(network.get(4)) > 0);
    assertEquals("not promised here", network.get(8));
    assertTrue(printed.toString(StandardCharsets.UTF_8).contains("Copies within its memory"));
  }

  @Test
  void onCudaLayersStandBesideItsLibraries() {
    Function<SessionOptions, Device> cuda =
        options -> EmulatedCuda.over(OPENCL.device(), OPENCL.cache());
    assertEquals(0, exitCode(plan(ANY), "cuda", cuda));
    assertEquals(
        List.of(DevicePlan.BLAS, DevicePlan.HALVES, DevicePlan.SPARSE),
        rows().stream().map(row -> row.get(3)).toList());
    rows().forEach(row -> assertEquals("met", row.get(9)));
    printed.reset();
    assertEquals(1, exitCode(plan(NONE), "cuda", cuda));
    rows().forEach(row -> assertEquals("missed", row.get(9)));
  }

  @Test
  void onCudaAMissingLibraryCountsAsAPromiseNotKept() {
    assertEquals(
        1,
        exitCode(
            plan(ANY),
            "cuda",
            options -> EmulatedCuda.withoutLibraries(OPENCL.device(), OPENCL.cache())));
    assertEquals(3, rows().size());
    for (List<String> row : rows()) {
      assertTrue(row.get(3).startsWith("own dense or CSR, without cu"), row.toString());
      assertEquals("not measured: no peer", row.get(9));
    }
  }
}
