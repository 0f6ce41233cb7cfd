package dev.pith.bench.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.bench.table.DevicePlan.LayerRow;
import dev.pith.kernels.layout.BlockLayout;
import org.junit.jupiter.api.Test;

/** When a promise about a layer on a device counts as kept. */
class DeviceVerdictTest {

  private static DeviceVerdict verdict(
      double micros, double peer, boolean hasPeer, boolean isNvidia, double weightRate) {
    LayerRow row = new LayerRow(new BlockLayout(16, 4), 0.9, 64, 4, 2.5, 0.6, DevicePlan.BLAS);
    return new DeviceVerdict(row, micros, peer, hasPeer, isNvidia, weightRate, 100);
  }

  @Test
  void bothSpeedAndBandwidthArePromised() {
    DeviceVerdict met = verdict(10, 25, true, true, 60);
    assertEquals("met", met.text());
    assertTrue(met.isKept());
    for (DeviceVerdict missed :
        new DeviceVerdict[] {verdict(10, 24.9, true, true, 60), verdict(10, 25, true, true, 59)}) {
      assertEquals("missed", missed.text());
      assertFalse(missed.isKept());
    }
    assertFalse(verdict(10, 24, true, false, 60).isKept(), "a peer that is there is a peer");
  }

  @Test
  void aMissingLibraryBreaksPromisesOfNvidiaOnly() {
    DeviceVerdict absent = verdict(10, 1000, false, true, 100);
    assertEquals("not measured: no peer", absent.text());
    assertFalse(absent.isKept());
    DeviceVerdict other = verdict(10, 1, false, false, 1);
    assertEquals("not measured: no peer", other.text());
    assertTrue(other.isKept());
  }

  @Test
  void theRowSaysWhatWasMeasuredAndPromised() {
    assertEquals(
        "| block16x4 90 % zeros, 64 x 64 | 4 | 10.0 | cublas_q_linear | 25.0 | 2.50x"
            + " | >= 2.5x, >= 60 % of copies | 60.0 | 60 % | met |",
        verdict(10, 25, true, true, 60).line());
    assertTrue(verdict(10, 25, false, true, 60).line().contains("without cublas_q_linear"));
  }
}
