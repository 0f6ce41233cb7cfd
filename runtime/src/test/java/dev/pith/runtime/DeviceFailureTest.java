package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.runtime.cuda.EmulatedCuda;
import dev.pith.runtime.device.DeviceException;
import dev.pith.runtime.device.KernelCompileException;
import dev.pith.runtime.device.OutOfDeviceMemoryException;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.QLinear;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of sessions see of a device that fails, and that the process goes on after it. */
class DeviceFailureTest {

  private static final long MEBIBYTE = 1 << 20;

  @TempDir Path cache;

  private final EmulatedCuda.Fake gpu = new EmulatedCuda.Fake(40 * MEBIBYTE);

  /** An int8 layer of {@code features} × 1024 weights. */
  static Model model(long features) {
    RandomTensors random = new RandomTensors(features);
    return Model.of(
        new Graph(
            "",
            List.of(new ValueInfo("x", DType.U8, List.of(Dim.of(2), Dim.of(1024)))),
            List.of(new ValueInfo("y", DType.U8, List.of(Dim.of(2), Dim.of(features)))),
            List.of(
                new Node(
                    "layer",
                    new QLinear(new Requantize(DType.U8, 131, 117, 0, 255)),
                    List.of("x", "w", "s", "b"),
                    List.of("y"))),
            Map.of(
                "w", random.bytes(DType.I8, features, 1024),
                "s", random.scales(0.01, features),
                "b", random.ints(1000, features))));
  }

  static final Tensor X = new RandomTensors(2).bytes(DType.U8, 2, 1024);

  private Session open(Model model) {
    return new Session(model, gpu.open(cache));
  }

  /** A small model in a session of its own. */
  private void runsAsBefore() {
    try (Model model = model(8);
        Session session = open(model)) {
      assertEquals(List.of("y"), List.copyOf(session.run(X).keySet()));
    }
    assertEquals(0, gpu.live());
    assertEquals(40 * MEBIBYTE, gpu.freeBytes());
  }

  @Test
  void aModelLargerThanTheDeviceIsRefusedAndASmallerOneRunsAfterwards() {
    try (Model small = model(8);
        Session beside = open(small)) {
      beside.run(X);
      long free = gpu.freeBytes();
      try (Model large = model(50 * 1024);
          Session session = open(large)) {
        for (int attempt = 0; attempt < 2; attempt++) {
          OutOfDeviceMemoryException e =
              assertThrows(OutOfDeviceMemoryException.class, () -> session.run(X));
          String text = e.getMessage();
          assertTrue(text.contains(50 * MEBIBYTE + " bytes of weights"), text);
          assertTrue(text.contains("bytes are free") && text.contains("Fake GPU"), text);
          assertEquals(50 * MEBIBYTE, e.bytes());
          assertEquals(1, text.lines().count());
        }
        beside.run(X);
      }
      assertEquals(free, gpu.freeBytes(), "nothing is held by the session that failed");
      beside.run(X);
    }
    runsAsBefore();
  }

  @Test
  void aDeviceThatIsLostInARunIsAnErrorOfThatRun() {
    byte[] before = X.values().toArray(ValueLayout.JAVA_BYTE);
    try (Model model = model(8);
        Session session = open(model)) {
      session.run(X);
      gpu.fail("beginCapture", 719);
      gpu.fail("synchronize", 719);
      DeviceException e = assertThrows(DeviceException.class, () -> session.run(X));
      assertEquals(719, e.code());
      assertTrue(e.getMessage().contains("CUDA"), e.getMessage());
    }
    assertArrayEquals(before, X.values().toArray(ValueLayout.JAVA_BYTE), "given is as it was");
    runsAsBefore();
  }

  @Test
  void aKernelThatDoesNotCompileIsShownWithItsSource() throws Exception {
    try (Model model = model(8);
        Session session = open(model)) {
      gpu.refuse("line 7: nonsense");
      KernelCompileException e = assertThrows(KernelCompileException.class, () -> session.run(X));
      assertTrue(e.log().contains("line 7: nonsense"), e.log());
      String path = e.getMessage().lines().findFirst().orElseThrow().replaceAll(".*source: ", "");
      assertTrue(Files.readString(Path.of(path)).contains("KERNEL"), path);
      gpu.refuse(null);
      assertEquals(1, session.run(X).size(), "the session goes on");
    }
    runsAsBefore();
  }
}
