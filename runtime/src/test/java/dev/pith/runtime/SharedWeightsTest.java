package dev.pith.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.CpuFeatures;
import dev.pith.runtime.device.PackedWeights;
import dev.pith.runtime.device.WeightPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Weights are repacked once, whatever the plans and sessions that use them. */
class SharedWeightsTest {

  private static final SessionOptions ONE =
      SessionOptions.defaults().withDevice("cpu").withThreads(1);

  private static void assumeRepacking() {
    assumeTrue(
        CpuFeatures.detect(Settings.architecture(), Settings.system()).features().contains("avx2"),
        "weights are repacked for generated code, which this machine does not run");
  }

  private static float[] run(Session session) {
    return session.run(Int8Network.image(1, 8)).values().iterator().next().toFloats();
  }

  private static void assertEqual(float[] expected, float[] actual) {
    assertEquals(-1, Arrays.mismatch(expected, actual));
  }

  @Test
  void plansForSeveralBatchesShareRepackedWeights() {
    assumeRepacking();
    try (Model model = Model.of(new Int8Network(8, 16).graph());
        Session session = model.newSession(SessionOptions.defaults().withDevice("cpu"))) {
      session.run(Int8Network.image(1, 8));
      long repacked = session.receipt().repackedBytes();
      assertTrue(repacked > 0);
      session.run(Int8Network.image(3, 8));
      assertEquals(repacked, session.receipt().repackedBytes());
    }
  }

  @Test
  void sessionsOfAModelShareRepackedWeights() {
    assumeRepacking();
    try (Model model = Model.of(new Int8Network(8, 64).graph())) {
      float[] expected;
      try (Session first = model.newSession(ONE)) {
        expected = run(first);
        long shared = model.sharedBytes();
        assertTrue(shared > 0);
        assertEquals(shared, first.receipt().sharedBytes());
        assertEquals(shared, first.receipt().repackedBytes());
        // The number of threads makes no difference to weights.
        try (Session second = model.newSession(ONE.withThreads(2))) {
          assertEqual(expected, run(second));
          assertEquals(shared, model.sharedBytes());
          assertEquals(shared, second.receipt().sharedBytes());
          assertEquals(shared, second.receipt().repackedBytes());
        }
        assertEquals(shared, model.sharedBytes());
        assertEqual(expected, run(first));
      }
      assertEquals(0, model.sharedBytes());
      try (Session again = model.newSession(ONE)) {
        assertEqual(expected, run(again));
      }
      assertEquals(0, model.sharedBytes());
    }
  }

  @Test
  void whoeverOpenedFirstMayCloseFirst() {
    assumeRepacking();
    try (Model model = Model.of(new Int8Network(8, 64).graph())) {
      Session first = model.newSession(ONE);
      float[] expected = run(first);
      try (Session second = model.newSession(ONE)) {
        first.close();
        first.close();
        assertEqual(expected, run(second));
        assertTrue(model.sharedBytes() > 0);
      }
      assertEquals(0, model.sharedBytes());
    }
  }

  @Test
  void sessionsComeAndGoOnManyThreads() throws Exception {
    assumeRepacking();
    try (Model model = Model.of(new Int8Network(8, 32).graph());
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      float[] expected;
      try (Session session = model.newSession(ONE)) {
        expected = run(session);
      }
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        done.add(
            threads.submit(
                () -> {
                  try (Session session = model.newSession(ONE)) {
                    assertEqual(expected, run(session));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertEquals(0, model.sharedBytes());
    }
  }

  @Test
  void formsArePackedOnceForEachTargetAndReleasedByTheLastUser() {
    Tensor weight = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor computed = Tensor.of(new float[] {4, 5, 6}, 3);
    WeightPool pool = new WeightPool(List.of(weight));
    assertTrue(pool.owns(Arrays.asList(weight, null)));
    assertFalse(pool.owns(List.of(weight, computed)));
    Target narrow = Target.plainCpu(1).withVectorBits(128);
    PackedWeights one = pool.borrow(narrow);
    assertSame(one, pool.borrow(narrow.withThreads(2)));
    int[] packed = {0};
    MemorySegment form = pack(one, narrow, weight, packed);
    assertSame(form, pack(one, narrow, weight, packed));
    assertEquals(1, packed[0]);
    Target wide = narrow.withVectorBits(256);
    pack(pool.borrow(wide), wide, weight, packed);
    assertEquals(2, packed[0]);
    assertEquals(2 * form.byteSize(), pool.byteSize());
    pool.giveBack(wide);
    pool.giveBack(narrow);
    assertEquals(form.byteSize(), pool.byteSize());
    assertEquals(7, form.get(JAVA_BYTE, 0));
    pool.giveBack(narrow);
    assertEquals(0, pool.byteSize());
    assertThrows(
        IllegalStateException.class,
        () -> form.get(JAVA_BYTE, 0),
        "memory that nobody uses is released");
  }

  @Test
  void whatATrialPackedIsTakenOverOnlyWhereItIsNew() {
    Tensor weight = Tensor.of(new float[] {1, 2, 3}, 3);
    Target target = Target.plainCpu(1);
    int[] packed = {0};
    try (PackedWeights kept = new PackedWeights();
        PackedWeights late = new PackedWeights()) {
      PackedWeights trial = new PackedWeights();
      MemorySegment form = pack(trial, target, weight, packed);
      assertTrue(kept.adopt(trial));
      pack(late, target, weight, packed);
      assertFalse(kept.adopt(late));
      assertEquals(form.byteSize(), kept.byteSize());
      assertSame(form, pack(kept, target, weight, packed));
    }
    assertEquals(2, packed[0]);
  }

  private static MemorySegment pack(
      PackedWeights weights, Target target, Tensor weight, int[] packed) {
    return weights
        .context(target, List.of(weight))
        .packed(0, "sevens", arena -> sevens(arena, packed));
  }

  private static MemorySegment sevens(Arena arena, int[] packed) {
    packed[0]++;
    return arena.allocate(16).fill((byte) 7);
  }
}
