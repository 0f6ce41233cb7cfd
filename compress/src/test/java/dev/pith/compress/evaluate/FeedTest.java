package dev.pith.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Npz;
import dev.pith.compress.data.Preprocess;
import dev.pith.compress.data.Split;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedTest {

  @TempDir Path folder;

  private Dataset data(Map<String, Tensor> arrays) throws IOException {
    Path file = folder.resolve("d.npz");
    Npz.write(file, arrays);
    return DataSpec.parse("npz:" + file).open(Split.TEST, Preprocess.NONE);
  }

  private static Graph graph(ValueInfo... inputs) {
    return new Graph("g", List.of(inputs), List.of(), List.of(), Map.of());
  }

  private static final Tensor THREE = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  @Test
  void samplesAreStackedAndTheLastRepeated() throws IOException {
    ValueInfo free = new ValueInfo("x", DType.F32, List.of(Dim.symbol("n"), Dim.of(2)));
    Feed feed = new Feed(graph(free), data(Map.of("x", THREE)));
    assertEquals(7, feed.batchSize(7));
    Tensor batch = feed.batch(1, 3).get("x");
    assertEquals(Shape.of(3, 2), batch.shape());
    assertArrayEquals(new float[] {3, 4, 5, 6, 5, 6}, batch.toFloats());
  }

  @Test
  void aFixedBatchIsKept() throws IOException {
    ValueInfo fixed = new ValueInfo("x", DType.F32, List.of(Dim.of(2), Dim.of(2)));
    assertEquals(2, new Feed(graph(fixed), data(Map.of("x", THREE))).batchSize(7));
    ValueInfo single = new ValueInfo("x", DType.F32, List.of(Dim.of(2)));
    Feed feed = new Feed(graph(single), data(Map.of("x", THREE)));
    assertEquals(1, feed.batchSize(7));
    assertEquals(Shape.of(2), feed.batch(0, 1).get("x").shape());
  }

  @Test
  void elementsAreConvertedWhereNothingIsLost() throws IOException {
    ValueInfo half = new ValueInfo("x", DType.F16, List.of(Dim.symbol("n"), Dim.of(2)));
    Tensor batch = new Feed(graph(half), data(Map.of("x", THREE))).batch(0, 1).get("x");
    assertEquals(DType.F16, batch.dtype());
    assertArrayEquals(new float[] {1, 2}, batch.toFloats());
    ValueInfo ids = new ValueInfo("x", DType.I64, List.of(Dim.symbol("n"), Dim.of(2)));
    Feed floats = new Feed(graph(ids), data(Map.of("x", THREE)));
    assertThrows(IllegalArgumentException.class, () -> floats.batch(0, 1));
  }

  @Test
  void severalInputsGoByName() throws IOException {
    ValueInfo ids = new ValueInfo("ids", DType.I64, List.of(Dim.symbol("n"), Dim.of(2)));
    ValueInfo mask = new ValueInfo("mask", DType.F32, List.of(Dim.symbol("n")));
    Dataset data =
        data(
            Map.of(
                "ids", Tensor.of(new long[] {1, 2, 3, 4}, 2, 2),
                "mask", Tensor.of(new float[] {5, 6}, 2)));
    Map<String, Tensor> batch = new Feed(graph(ids, mask), data).batch(0, 2);
    assertEquals(Shape.of(2, 2), batch.get("ids").shape());
    assertArrayEquals(new float[] {5, 6}, batch.get("mask").toFloats());
    ValueInfo other = new ValueInfo("other", DType.F32, List.of(Dim.symbol("n")));
    Feed missing = new Feed(graph(ids, other), data);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> missing.batch(0, 1))
            .getMessage()
            .contains("other"));
  }

  @Test
  void runsAreSpreadOverTheData() throws IOException {
    ValueInfo free = new ValueInfo("x", DType.F32, List.of(Dim.symbol("n"), Dim.of(1)));
    float[] values = new float[10];
    for (int i = 0; i < 10; i++) {
      values[i] = i;
    }
    Feed feed = new Feed(graph(free), data(Map.of("x", Tensor.of(values, 10, 1))));
    StringBuilder seen = new StringBuilder();
    feed.runs(5).forEach(run -> seen.append((int) run.get("x").toFloats()[0]));
    assertEquals("02468", seen.toString());
    int[] count = {0};
    feed.runs(99).forEach(run -> count[0]++);
    assertEquals(10, count[0]);
  }
}
