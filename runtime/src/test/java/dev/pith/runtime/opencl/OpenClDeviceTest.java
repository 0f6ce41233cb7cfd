package dev.pith.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.KernelCompileException;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.ArgReduce;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.plan.NoKernelException;
import dev.pith.runtime.plan.StepTime;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions on a device: threads, memory, programs that are kept, and what goes wrong clearly. */
@Tag("opencl")
class OpenClDeviceTest {

  @RegisterExtension static final DeviceMachine MACHINE = OpenClMachines.first();

  private static OpenClDevice device() {
    return (OpenClDevice) MACHINE.device();
  }

  private static final Requantize REQUANTIZE = new Requantize(DType.U8, 131, 117, 0, 255);
  private static final SessionOptions OPENCL = SessionOptions.defaults().withDevice("opencl");

  /** Two int8 layers, the first with few non-zeros in CSR. */
  private static Graph layers() {
    RandomTensors random = new RandomTensors(1);
    Tensor sparse = new CsrLayout().encode(random.bytes(DType.I8, 0.9, 64, 100), Arena.ofAuto());
    Map<String, Tensor> constants =
        Map.of(
            "w1", sparse,
            "s1", random.scales(0.01, 64),
            "b1", random.ints(1000, 64),
            "w2", random.bytes(DType.I8, 7, 64),
            "s2", random.scales(0.001, 7),
            "b2", random.ints(1000, 7));
    QLinear layer = new QLinear(REQUANTIZE);
    return new Graph(
        "",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.of(3), Dim.of(100)))),
        List.of(new ValueInfo("y", DType.U8, List.of(Dim.of(3), Dim.of(7)))),
        List.of(
            new Node("first", layer, List.of("x", "w1", "s1", "b1"), List.of("h")),
            new Node("second", layer, List.of("h", "w2", "s2", "b2"), List.of("y"))),
        constants);
  }

  @Test
  void aProfileTellsEachStep() {
    Map<String, Tensor> x = Map.of("x", new RandomTensors(5).bytes(DType.U8, 3, 100));
    try (Model model = Model.of(layers());
        Session session = model.newSession(OPENCL)) {
      long[] before = session.run(x).get("y").toLongs();
      List<StepTime> times = session.profile(x);
      assertEquals(2, times.size());
      assertTrue(times.stream().allMatch(time -> time.nanos() > 0), times.toString());
      assertArrayEquals(before, session.run(x).get("y").toLongs());
    }
  }

  @Test
  void sessionsRunFromManyThreadsAndLeaveNothing() throws Exception {
    long before = OpenCl.live();
    try (Model model = Model.of(layers());
        Session cpu = model.newSession(OPENCL.withDevice("cpu"));
        Session one = model.newSession(OPENCL);
        Session two = model.newSession(OPENCL);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        Tensor x = new RandomTensors(i).bytes(DType.U8, 3, 100);
        Session session = i % 2 == 0 ? one : two;
        runs.add(
            threads.submit(
                () ->
                    KernelContract.assertSame(cpu.run(x).get("y"), session.run(x).get("y"), "y")));
      }
      for (Future<?> run : runs) {
        run.get();
      }
      assertTrue(OpenCl.live() > before);
      // Weights lie on the device in their compressed form, with the sums of the dense layer's
      // rows.
      long compressed = layers().constants().values().stream().mapToLong(Tensor::byteSize).sum();
      assertEquals(compressed + 4 * 7, one.receipt().repackedBytes());
      assertTrue(compressed < 64 * 100 + 7 * 64 + 71 * 8);
    }
    assertEquals(before, OpenCl.live());
  }

  @Test
  void programsAreKeptAndDamagedOnesBuiltAnew() throws IOException {
    String source = "__kernel void twice(__global int *x) { x[get_global_id(0)] *= 2; }";
    OpenClPrograms first = new OpenClPrograms(device(), MACHINE.cache());
    assertTrue(first.get(source, "twice") != 0);
    first.close();
    Path folder = MACHINE.cache().resolve("opencl");
    List<Path> binaries;
    try (Stream<Path> files = Files.list(folder)) {
      binaries = files.filter(file -> file.toString().endsWith(".bin")).toList();
    }
    assertFalse(binaries.isEmpty());
    OpenClPrograms second = new OpenClPrograms(device(), MACHINE.cache());
    assertTrue(second.get(source, "twice") != 0);
    second.close();
    for (Path binary : binaries) {
      Files.write(binary, new byte[] {1, 2, 3});
    }
    OpenClPrograms third = new OpenClPrograms(device(), MACHINE.cache());
    assertTrue(third.get(source, "twice") != 0);
    third.close();
  }

  @Test
  void aSourceThatDoesNotCompileIsShown() {
    KernelCompileException e =
        assertThrows(
            KernelCompileException.class,
            () -> device().programs().get("__kernel void f() { nonsense; }", "f"));
    assertTrue(e.log().contains("nonsense"), e.log());
    String path = e.getMessage().lines().findFirst().orElseThrow().replaceAll(".*source: ", "");
    assertTrue(Files.exists(Path.of(path)), e.getMessage());
  }

  @Test
  void tooMuchMemoryIsRefusedAndTheDeviceGoesOn() {
    long bytes = device().found().memoryBytes() * 2;
    OutOfDeviceMemoryException e =
        assertThrows(
            OutOfDeviceMemoryException.class,
            () -> OpenClBuffer.allocate(device(), bytes, "a test"));
    assertEquals(bytes, e.bytes());
    assertTrue(e.getMessage().contains(Long.toString(bytes)), e.getMessage());
    OpenClBuffer.allocate(device(), 64, "a test").close();
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    try (Model model = Model.of(layers())) {
      BackendUnavailableException e =
          assertThrows(
              BackendUnavailableException.class,
              () -> model.newSession(OPENCL.withDevice("opencl:99")));
      assertTrue(e.getMessage().contains("opencl:99"), e.getMessage());
    }
  }

  @Test
  void everyNodeWithoutKernelIsListed() {
    Graph graph =
        new Graph(
            "",
            List.of(new ValueInfo("x", DType.U4, List.of(Dim.of(3), Dim.of(5)))),
            List.of(
                new ValueInfo("y", DType.I64, List.of(Dim.of(1), Dim.of(5))),
                new ValueInfo("z", DType.I64, List.of(Dim.of(3), Dim.of(1)))),
            List.of(
                new Node(
                    "columns", new ArgReduce(true, 0, true, false), List.of("x"), List.of("y")),
                new Node("rows", new ArgReduce(true, 1, true, false), List.of("x"), List.of("z"))),
            Map.of());
    try (Model model = Model.of(graph);
        Session session = model.newSession(OPENCL)) {
      Tensor x = Tensor.allocate(Arena.ofAuto(), DType.U4, Shape.of(3, 5));
      NoKernelException e = assertThrows(NoKernelException.class, () -> session.run(x));
      assertTrue(e.getMessage().contains("columns") && e.getMessage().contains("rows"), e + "");
    }
  }
}
