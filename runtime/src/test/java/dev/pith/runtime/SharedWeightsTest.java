package dev.pith.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.x86.CpuFeatures;
import org.junit.jupiter.api.Test;

/** Weights are repacked once, whatever the plans that use them. */
class SharedWeightsTest {

  @Test
  void plansForSeveralBatchesShareRepackedWeights() {
    assumeTrue(
        CpuFeatures.detect(Settings.architecture(), Settings.system()).features().contains("avx2"),
        "weights are repacked for generated code, which this machine does not run");
    try (Model model = Model.of(new Int8Network(8, 16).graph());
        Session session = model.newSession(SessionOptions.defaults().withDevice("cpu"))) {
      session.run(Int8Network.image(1, 8));
      long repacked = session.receipt().repackedBytes();
      assertTrue(repacked > 0);
      session.run(Int8Network.image(3, 8));
      assertEquals(repacked, session.receipt().repackedBytes());
    }
  }
}
