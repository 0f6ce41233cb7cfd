package dev.pith.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.testing.Weights;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.device.KernelCompileException;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.ArgReduce;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.plan.NoKernelException;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Specializer;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the CUDA backend asks of the driver, and what becomes of the driver's errors. */
class CudaDeviceTest {

  @TempDir Path cache;

  private final FakeCuda cuda = new FakeCuda(8, 0);

  private CudaDevice device(boolean graphs) {
    return new CudaDevice(cuda.api(), EmulatedCuda.options(cache, graphs));
  }

  /** Two int8 layers, the first in CSR. */
  private static Graph layers() {
    RandomTensors random = new RandomTensors(1);
    Tensor sparse = new CsrLayout().encode(random.bytes(DType.I8, 0.9, 64, 100), Arena.ofAuto());
    QLinear layer = new QLinear(new Requantize(DType.U8, 131, 117, 0, 255));
    return new Graph(
        "",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.of(3), Dim.of(100)))),
        List.of(new ValueInfo("y", DType.U8, List.of(Dim.of(3), Dim.of(7)))),
        List.of(
            new Node("first", layer, List.of("x", "w1", "s1", "b1"), List.of("h")),
            new Node("second", layer, List.of("h", "w2", "s2", "b2"), List.of("y"))),
        Map.of(
            "w1", sparse,
            "s1", random.scales(0.01, 64),
            "b1", random.ints(1000, 64),
            "w2", random.bytes(DType.I8, 7, 64),
            "s2", random.scales(0.001, 7),
            "b2", random.ints(1000, 7)));
  }

  private static Plan plan(Graph graph, CudaDevice device) {
    Map<String, TensorType> types =
        Map.of("x", new TensorType(graph.inputs().get(0).dtype(), X.shape()));
    Specializer specializer = new Specializer(view -> null);
    return new Planner(device.selector(), device.alignment())
        .plan(specializer.specialize(graph, types, Map.of()));
  }

  private static final Tensor X = new RandomTensors(2).bytes(DType.U8, 3, 100);

  @Test
  void aPlanIsIssuedThenCapturedThenReplayed() {
    try (CudaDevice device = device(true);
        Executable executable = device.compile(plan(layers(), device))) {
      long uploads = cuda.count("copyToDevice");
      executable.run(List.of(X));
      long launches = cuda.count("launch");
      assertTrue(launches >= 2, cuda.calls.toString());
      assertEquals(uploads + 1, cuda.count("copyToDevice"), "weights are uploaded once");
      assertEquals(1, cuda.count("copyToHost"));
      assertEquals(0, cuda.count("beginCapture"));
      executable.run(List.of(X));
      assertEquals(1, cuda.count("beginCapture"));
      assertEquals(1, cuda.count("launchGraph"));
      assertEquals(2 * launches, cuda.count("launch"));
      int before = cuda.calls.size();
      executable.run(List.of(X));
      assertEquals(
          List.of("launchGraph", "synchronize"), cuda.calls.subList(before, cuda.calls.size()));
      assertTrue(device.heldBytes() > 0);
    }
    assertEquals(Set.of(), cuda.live, "everything is given back");
  }

  @Test
  void withoutGraphsEveryRunIsIssued() {
    try (CudaDevice device = device(false);
        Executable executable = device.compile(plan(layers(), device))) {
      for (int i = 0; i < 3; i++) {
        executable.run(List.of(X));
      }
      assertEquals(0, cuda.count("beginCapture"));
    }
    assertEquals(Set.of(), cuda.live);
  }

  @Test
  void whatCannotBeCapturedIsIssued() {
    try (CudaDevice device = device(true);
        Executable executable = device.compile(plan(layers(), device))) {
      executable.run(List.of(X));
      cuda.fail("endCapture", 901);
      executable.run(List.of(X));
      executable.run(List.of(X));
      assertEquals(1, cuda.count("beginCapture"));
      assertEquals(0, cuda.count("launchGraph"));
    }
  }

  @Test
  void programsAreCompiledOnceForSourceAndArchitecture() {
    for (int i = 0; i < 2; i++) {
      try (CudaDevice device = device(true)) {
        device.compile(plan(layers(), device)).close();
      }
    }
    long compiled = cuda.count("compile");
    assertTrue(compiled > 0);
    assertTrue(
        cuda.calls.stream().anyMatch(call -> call.contains("--gpu-architecture=sm_80")),
        cuda.calls.toString());
    FakeCuda newer = new FakeCuda(9, 0);
    try (CudaDevice device = new CudaDevice(newer.api(), EmulatedCuda.options(cache, true))) {
      device.compile(plan(layers(), device)).close();
    }
    assertTrue(newer.count("compile") > 0, "another architecture has programs of its own");
    FakeCuda same = new FakeCuda(8, 0);
    same.fail("loadModule", 209);
    try (CudaDevice device = new CudaDevice(same.api(), EmulatedCuda.options(cache, true))) {
      device.compile(plan(layers(), device)).close();
    }
    assertEquals(1, same.count("compile"), "what the driver does not take is compiled anew");
  }

  @Test
  void aSourceThatDoesNotCompileIsShown() throws Exception {
    cuda.refusal = "kernel.cu(7): error: nonsense";
    try (CudaDevice device = device(true)) {
      KernelCompileException e =
          assertThrows(KernelCompileException.class, () -> device.code("void f() {}", "device_f"));
      assertTrue(e.getMessage().contains("device_f") && e.log().contains("nonsense"), e + "");
      String path = e.getMessage().lines().findFirst().orElseThrow().replaceAll(".*source: ", "");
      assertEquals("void f() {}", Files.readString(Path.of(path)));
    }
    assertEquals(Set.of(), cuda.live);
  }

  @Test
  void tooLittleMemoryIsSaidInBytesAndTheDeviceGoesOn() {
    try (CudaDevice device = device(true)) {
      Plan plan = plan(layers(), device);
      long all = cuda.freeBytes;
      cuda.freeBytes = 1000;
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> device.compile(plan));
      assertTrue(e.getMessage().contains("1000 bytes are free"), e.getMessage());
      assertTrue(e.getMessage().contains(e.bytes() + " bytes of weights"), e.getMessage());
      cuda.freeBytes = all;
      try (Executable executable = device.compile(plan)) {
        assertEquals(1, executable.run(List.of(X)).size());
        cuda.freeBytes = 0;
        assertThrows(
            OutOfDeviceMemoryException.class, () -> device.allocate(1 << 30, "a test").close());
        assertEquals(1, executable.run(List.of(X)).size());
        cuda.freeBytes = all;
      }
    }
    assertEquals(Set.of(), cuda.live);
  }

  @Test
  void aLostDeviceIsAnErrorAndTheProcessGoesOn() {
    try (CudaDevice device = device(true);
        Executable executable = device.compile(plan(layers(), device))) {
      executable.run(List.of(X));
      cuda.fail("beginCapture", 719);
      cuda.fail("synchronize", 719);
      cuda.fail("destroyStream", 719);
      DeviceException e = assertThrows(DeviceException.class, () -> executable.run(List.of(X)));
      assertEquals(719, e.code());
      assertEquals(1, e.getSuppressed().length, "the wait that failed too");
      assertEquals(1, executable.run(List.of(X)).size(), "another workspace");
    }
  }

  @Test
  void nodesWithoutKernelAreErrorsOrRunOnTheHostWhereAllowed() {
    Graph graph =
        new Graph(
            "",
            List.of(new ValueInfo("x", DType.U4, List.of(Dim.of(3), Dim.of(100)))),
            List.of(new ValueInfo("y", DType.I64, List.of(Dim.of(1), Dim.of(100)))),
            List.of(
                new Node(
                    "columns", new ArgReduce(true, 0, true, false), List.of("x"), List.of("y"))),
            Map.of());
    Tensor nibbles = Tensor.allocate(Arena.ofAuto(), DType.U4, Shape.of(3, 100));
    nibbles.values().copyFrom(X.values().asSlice(0, 150));
    try (CudaDevice device = device(true)) {
      NoKernelException e = assertThrows(NoKernelException.class, () -> plan(graph, device));
      assertTrue(e.getMessage().contains("columns"), e.getMessage());
      assertTrue(e.getMessage().contains("--allow-fallback"), e.getMessage());
    }
    DeviceOptions o = EmulatedCuda.options(cache, true);
    DeviceOptions allowed =
        new DeviceOptions(
            0, 1, 0, o.selection(), "", "", false, cache, /* allowFallback= */ true, true, false);
    try (CudaDevice device = new CudaDevice(cuda.api(), allowed)) {
      Plan plan = plan(graph, device);
      assertTrue(plan.explain().contains("runs on the CPU"), plan.explain());
      try (Executable executable = device.compile(plan)) {
        for (int run = 0; run < 3; run++) {
          Tensor y = executable.run(List.of(nibbles)).get(0);
          for (int c = 0; c < 100; c++) {
            int largest = 0;
            for (int r = 1; r < 3; r++) {
              boolean more = nibbles.getLong(r * 100L + c) > nibbles.getLong(largest * 100L + c);
              largest = more ? r : largest;
            }
            assertEquals(largest, y.getLong(c));
          }
        }
      }
    }
    assertEquals(Set.of(), cuda.live);
  }

  @Test
  void kernelsThatGiveTheSameBitsAreTimedAndRemembered() {
    DeviceOptions measured =
        new DeviceOptions(
            0, 1, 0, KernelSelection.MEASURED, "", "", false, cache, false, true, false);
    try (CudaDevice device = new CudaDevice(cuda.api(), measured)) {
      Plan plan = plan(wide(), device);
      String text = plan.explain();
      assertTrue(text.contains("fastest measured"), text);
      assertTrue(text.contains("cublas_q_linear") && text.contains("device_q_linear_matrix"), text);
      assertTrue(text.contains("cusparse_q_linear"), text);
      long kept = cuda.live.stream().filter(o2 -> !o2.toString().contains("module")).count();
      assertEquals(1, kept, "trials leave loaded programs and the context");
    }
    FakeCuda again = new FakeCuda(8, 0);
    try (CudaDevice device = new CudaDevice(again.api(), measured)) {
      String text = plan(wide(), device).explain();
      assertTrue(text.contains("fastest when measured"), text);
      assertEquals(0, again.count("launch"));
    }
  }

  @Test
  void productsOfHalvesCompeteThoughTheyPromiseNoBits() {
    DeviceOptions measured =
        new DeviceOptions(
            0, 1, 0, KernelSelection.MEASURED, "", "", false, cache, false, true, false);
    RandomTensors random = new RandomTensors(1);
    Graph graph =
        new Graph(
            "",
            List.of(new ValueInfo("x", DType.F16, List.of(Dim.of(3), Dim.of(100)))),
            List.of(new ValueInfo("y", DType.F16, List.of(Dim.of(3), Dim.of(512)))),
            List.of(
                new Node("halves", new Linear(Activation.NONE), List.of("x", "w"), List.of("y"))),
            Map.of("w", Weights.converted(random.floats(0, 1, 512, 100), DType.F16)));
    try (CudaDevice device = new CudaDevice(cuda.api(), measured)) {
      String text = plan(graph, device).explain();
      assertTrue(text.contains("fastest measured"), text);
      for (String name : List.of("device_half_linear_64x64", "cublas_linear", "device_linear")) {
        assertTrue(
            text.lines().anyMatch(line -> line.contains(name) && line.contains(" us")),
            name + text);
      }
      assertTrue(text.contains("fill less than half of a tile of 128x128"), text);
    }
  }

  /** A dense int8 layer large enough to be timed. */
  private static Graph wide() {
    RandomTensors random = new RandomTensors(1);
    return new Graph(
        "",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.of(3), Dim.of(100)))),
        List.of(new ValueInfo("y", DType.U8, List.of(Dim.of(3), Dim.of(512)))),
        List.of(
            new Node(
                "wide",
                new QLinear(new Requantize(DType.U8, 131, 117, 0, 255)),
                List.of("x", "w", "s", "b"),
                List.of("y"))),
        Map.of(
            "w", random.bytes(DType.I8, 512, 100),
            "s", random.scales(0.01, 512),
            "b", random.ints(1000, 512)));
  }

  @Test
  void libraryKernelsHaveNamesOfTheirOwn() {
    try (CudaDevice device = device(true)) {
      List<String> names =
          LibraryKernels.of(device, false).stream().map(kernel -> kernel.name()).toList();
      assertEquals(names.size(), Set.copyOf(names).size(), names.toString());
      assertTrue(names.containsAll(List.of("cublas_mat_mul", "cusparse_q_linear")), names + "");
    }
  }

  @Test
  void smallBuffersShareAllocations() {
    try (CudaDevice device = device(true)) {
      CudaMemory.Buffer one = device.allocate(10, "a test");
      CudaMemory.Buffer two = device.allocate(300, "a test");
      CudaMemory.Buffer large = device.allocate(1 << 20, "a test");
      assertEquals(2, cuda.count("allocate"));
      long address = CudaMemory.Buffer.address(one);
      assertEquals(address + 256, CudaMemory.Buffer.address(two));
      assertEquals(0, CudaMemory.Buffer.address(large) % 256);
      assertEquals(address + 256, CudaMemory.Buffer.address(two.part(0, 3)));
      assertThrows(IllegalArgumentException.class, () -> two.part(299, 2));
      large.close();
      assertEquals(1, cuda.count("free"));
      one.close();
      two.close();
      two.close();
      assertEquals(2, cuda.count("free"));
      assertEquals(0, device.heldBytes());
      assertNull(cuda.refusal);
      assertFalse(cuda.live.isEmpty(), "the context is still there");
    }
  }
}
