package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.plan.StepTime;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a session promises about threads, batches, shapes, memory and its end. */
class SessionTest {

  private static final int FEATURES = 96;
  private static final int LAYERS = 4;
  private static final Requantize REQUANTIZE = new Requantize(DType.U8, 128, 120, 0, 255);

  /** Int8 layers, every other one stored as 2×4 blocks of which three quarters are zero. */
  private static Graph graph() {
    Random random = new Random(5);
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> constants = new HashMap<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      byte[] weights = new byte[FEATURES * FEATURES];
      random.nextBytes(weights);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (byte) Math.max(weights[i], -127);
        int block = i / FEATURES / 2 * (FEATURES / 4) + i % FEATURES / 4;
        if (layer % 2 == 1 && block % 4 != 0) {
          weights[i] = 0;
        }
      }
      Tensor dense = Tensor.ofBytes(DType.I8, weights, FEATURES, FEATURES);
      float[] scales = new float[FEATURES];
      Arrays.fill(scales, 0.003f);
      constants.put(
          "w" + layer,
          layer % 2 == 1 ? new BlockLayout(2, 4).encode(dense, Arena.ofAuto()) : dense);
      constants.put("s" + layer, Tensor.of(scales, FEATURES));
      nodes.add(
          new Node(
              "layer" + layer,
              new QLinear(REQUANTIZE),
              List.of(layer == 0 ? "x" : "y" + (layer - 1), "w" + layer, "s" + layer),
              List.of("y" + layer)));
    }
    return new Graph(
        "layers",
        List.of(new ValueInfo("x", DType.U8, List.of(Dim.symbol("N"), Dim.of(FEATURES)))),
        List.of(new ValueInfo("y" + (LAYERS - 1), DType.U8, null)),
        nodes,
        constants);
  }

  private static Tensor input(int batch) {
    byte[] bytes = new byte[batch * FEATURES];
    new Random(11).nextBytes(bytes);
    return Tensor.ofBytes(DType.U8, bytes, batch, FEATURES);
  }

  private static byte[] run(Session session, int batch) {
    Tensor y = session.run(input(batch)).get("y" + (LAYERS - 1));
    assertEquals(Shape.of(batch, FEATURES), y.shape());
    return y.values().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void threadsVectorsAndBatchesGiveTheSameBytes() {
    try (Model model = Model.of(graph())) {
      byte[] expected;
      try (Session plain =
          model.newSession(SessionOptions.defaults().withThreads(1).withVectorBits(0))) {
        expected = run(plain, 8);
      }
      for (int threads : new int[] {1, 2, 3}) {
        for (int bits : new int[] {-1, 128, 0}) {
          SessionOptions options =
              SessionOptions.defaults().withThreads(threads).withVectorBits(bits);
          try (Session session = model.newSession(options)) {
            assertArrayEquals(expected, run(session, 8), options.toString());
            assertArrayEquals(
                Arrays.copyOf(expected, FEATURES), run(session, 1), "batch 1, " + options);
          }
        }
      }
    }
  }

  @Test
  void aProfileTellsEachStepWithinTheTimeOfTheRun() {
    for (int threads : new int[] {1, 2}) {
      try (Model model = Model.of(graph());
          Session session = model.newSession(SessionOptions.defaults().withThreads(threads))) {
        byte[] expected = run(session, 8);
        long start = System.nanoTime();
        List<StepTime> times = session.profile(Map.of("x", input(8)));
        long all = System.nanoTime() - start;
        assertEquals(
            session.plan(Map.of("x", input(8))).steps(),
            times.stream().map(StepTime::step).toList());
        assertTrue(times.stream().allMatch(time -> time.nanos() > 0), times.toString());
        long sum = times.stream().mapToLong(StepTime::nanos).sum();
        assertTrue(sum < all, sum + " ns of " + all);
        assertArrayEquals(expected, run(session, 8), "after the profile");
      }
    }
  }

  @Test
  void manyThreadsRunOneSession() throws InterruptedException, ExecutionException {
    try (Model model = Model.of(graph());
        Session session = model.newSession(SessionOptions.defaults().withThreads(2));
        ExecutorService callers = Executors.newFixedThreadPool(6)) {
      Map<Integer, byte[]> expected = new HashMap<>();
      for (int batch = 1; batch <= 24; batch++) {
        expected.put(batch, run(session, batch));
      }
      List<Future<?>> calls = new ArrayList<>();
      for (int call = 0; call < 600; call++) {
        int batch = 1 + call * 7 % 24;
        calls.add(
            callers.submit(() -> assertArrayEquals(expected.get(batch), run(session, batch))));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void memoryDoesNotGrowWithTheShapesSeen() {
    try (Model model = Model.of(graph());
        Session session = model.newSession(SessionOptions.defaults().withThreads(1))) {
      run(session, 64);
      long one = session.receipt().workspaceBytes();
      for (int batch = 1; batch <= 64; batch++) {
        run(session, batch);
      }
      long many = session.receipt().workspaceBytes();
      assertTrue(many <= 16 * one, () -> many + " bytes of workspaces, one takes " + one);
    }
  }

  @Test
  void aRunAllocatesLessThanAnyActivation() {
    try (Model model = Model.of(graph());
        Session session = model.newSession(SessionOptions.defaults().withThreads(1))) {
      long bytes = allocated(session, 512);
      // Activations of one layer are 48 KiB. What a run allocates are the result's list, map and
      // view, and until they are compiled a slice for each of the kernels' calls.
      assertTrue(bytes < 24 << 10, () -> bytes + " bytes a run");
    }
  }

  /** Bytes of heap that one run takes, averaged. */
  private static long allocated(Session session, int batch) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, Tensor> inputs = Map.of("x", input(batch));
    for (int i = 0; i < 50; i++) {
      session.run(inputs);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 50; i++) {
      session.run(inputs);
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / 50;
  }

  @Test
  void aClosedSessionSaysSo() {
    try (Model model = Model.of(graph())) {
      Session session = model.newSession(SessionOptions.defaults());
      run(session, 2);
      session.close();
      session.close();
      assertThrows(IllegalStateException.class, () -> run(session, 2));
    }
  }
}
