package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * How well a graph classifies a data set, measured on libtorch as inference runs.
 *
 * @param samples samples measured
 * @param loss mean cross-entropy
 * @param accuracy fraction classified rightly
 */
public record Evaluation(int samples, double loss, double accuracy) {

  private static final int BATCH = 250;

  /**
   * Measures a graph.
   *
   * @throws IOException if a sample cannot be read
   */
  public static Evaluation of(TorchGraph graph, Dataset data) throws IOException {
    String logits = Logits.of(graph.source());
    Batches batches = new Batches(data, BATCH, List.of(), 0);
    String input = graph.source().inputs().get(0).name();
    double loss = 0;
    long right = 0;
    for (int from = 0; from < data.size(); from += BATCH) {
      int to = Math.min(from + BATCH, data.size());
      try (var _ = new PointerScope();
          var _ = new NoGradGuard()) {
        Batches.Batch batch = batches.plain(from, to);
        Tensor scores =
            Logits.rows(graph.forward(Map.of(input, batch.values()), false).get(logits));
        loss += Logits.crossEntropy(scores, batch.labels(), 0).item_double() * (to - from);
        right += Logits.right(scores, batch.labels());
      }
    }
    return new Evaluation(data.size(), loss / data.size(), right / (double) data.size());
  }
}
