package dev.pith.runtime.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which results of sums in another order count as right. */
class LaunchTrialsTest {

  private static boolean isClose(float[] expected, float[] results) {
    return LaunchTrials.isClose(
        List.of(Tensor.of(expected, expected.length)), List.of(Tensor.of(results, results.length)));
  }

  @Test
  void roundingsAreForgivenAndWrongElementsAreNot() {
    float[] expected = {100, -50, 0, Float.NaN, Float.POSITIVE_INFINITY};
    assertTrue(isClose(expected, expected.clone()));
    assertTrue(isClose(expected, with(expected, 2, 0.3f)), "a part of the largest");
    assertFalse(isClose(expected, with(expected, 2, 0.5f)));
    assertFalse(isClose(expected, with(expected, 0, -50)), "another place's");
    assertFalse(isClose(expected, with(expected, 1, Float.NaN)));
    assertFalse(isClose(expected, with(expected, 3, 1)));
    assertFalse(isClose(expected, with(expected, 4, Float.NEGATIVE_INFINITY)));
    assertFalse(isClose(new float[] {1, 2}, new float[] {0, 0}), "a kernel that does nothing");
  }

  private static float[] with(float[] values, int place, float value) {
    float[] changed = values.clone();
    changed[place] = value;
    return changed;
  }
}
