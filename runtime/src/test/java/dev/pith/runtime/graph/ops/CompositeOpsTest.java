package dev.pith.runtime.graph.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeOpsTest {

  private static Tensor zeros(long... dims) {
    return Tensor.of(new float[Math.toIntExact(Shape.of(dims).elementCount())], dims);
  }

  private static void assertNames(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should name " + part);
    }
  }

  @Test
  void extentsOfPoolsFollowPadsAndRounding() {
    ConvWindow two = new ConvWindow(List.of(2L), List.of(1L), List.of(0L), List.of(0L), 1);
    Tensor x = zeros(1, 1, 5);
    for (AutoPad auto : AutoPad.values()) {
      Pool pool = new Pool(PoolFunction.AVERAGE, List.of(2L), two, auto, false, false, 0, false);
      long expected = auto == AutoPad.NONE ? 2 : 3;
      assertEquals(Shape.of(1, 1, expected), OneNode.one(pool, x).shape(), auto.name());
    }
    Pool ceil = new Pool(PoolFunction.MAX, List.of(2L), two, AutoPad.NONE, true, false, 0, false);
    assertEquals(Shape.of(1, 1, 3), OneNode.one(ceil, x).shape());
  }

  @Test
  void axesComeFromAttributeInputOrDefault() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Reduce rows = new Reduce(ReduceFunction.SUM, List.of(-1L), false, false);
    assertArrayEquals(new float[] {3, 7}, OneNode.one(rows, x).toFloats());
    Reduce open = new Reduce(ReduceFunction.SUM, List.of(), true, false);
    Tensor zero = Tensor.of(new long[] {0}, 1);
    assertArrayEquals(new float[] {4, 6}, OneNode.one(open, x, zero).toFloats());
    assertArrayEquals(new float[] {10}, OneNode.one(open, x).toFloats());
    Reduce none = new Reduce(ReduceFunction.SUM_SQUARE, List.of(), true, true);
    assertArrayEquals(new float[] {1, 4, 9, 16}, OneNode.one(none, x).toFloats());
  }

  @Test
  void overlappingBoxesAreDropped() {
    Tensor boxes = Tensor.of(new float[] {0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, 5, 1, 6}, 1, 3, 4);
    Tensor scores = Tensor.of(new float[] {0.5f, 0.9f, 0.7f}, 1, 1, 3);
    Tensor kept =
        OneNode.one(new SelectBoxes(false), boxes, scores, Tensor.scalar(3), Tensor.scalar(0.5f));
    assertArrayEquals(new long[] {0, 0, 1, 0, 0, 2}, kept.toLongs());
  }

  @Test
  void equationsMayLeaveOutTheResultOrUseDots() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertArrayEquals(new float[] {5}, OneNode.one(new Einsum("ii"), x).toFloats());
    assertArrayEquals(
        new float[] {1, 3, 2, 4}, OneNode.one(new Einsum("...i->i..."), x).toFloats());
    assertNames(OneNode.refusal(new Einsum("ij,jk->ik"), x), "ij,jk->ik", "2 inputs", "1");
    assertNames(OneNode.refusal(new Einsum("ij->z"), x), "label z", "ij->z");
  }

  @Test
  void refusalsNameTheValues() {
    Tensor x = zeros(2, 3);
    assertNames(
        OneNode.refusal(new TopK(1, true), x, Tensor.of(new long[] {4}, 1)), "k is 4", "[2, 3]");
    assertNames(
        OneNode.refusal(new Softmax(SoftmaxFunction.SOFTMAX, 2, false), x), "axis 2", "[2, 3]");
    assertNames(
        OneNode.refusal(new BatchNorm(0), x, zeros(2), zeros(2), zeros(2), zeros(2)),
        "F32[2]",
        "[2, 3]");
    assertNames(OneNode.refusal(new Determinant(), x), "F32[2, 3]", "square");
    assertNames(
        OneNode.refusal(new AffineGrid(false), x, Tensor.of(new long[] {2, 1, 4, 4}, 4)),
        "F32[2, 3]",
        "[2, 1, 4, 4]");
  }
}
