package dev.pith.runtime.examples;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What is on an image: opens a model, runs it once, and gives the most likely classes. */
public final class ImageClassification {

  private ImageClassification() {}

  /**
   * A class and how sure the network is.
   *
   * @param label its number
   * @param probability softmax of the outputs
   */
  public record Guess(int label, double probability) {}

  /** {@code ImageClassification MODEL.pith IMAGE} prints five guesses. */
  public static void main(String[] args) throws IOException {
    classify(Path.of(args[0]), Path.of(args[1]), 5).forEach(System.out::println);
  }

  /** The {@code count} most likely classes of the image, the likeliest first. */
  public static List<Guess> classify(Path modelFile, Path imageFile, int count) throws IOException {
    try (Model model = Model.load(modelFile);
        Session session = model.newSession(SessionOptions.defaults())) {
      int height = (int) model.graph().inputs().get(0).dims().get(2).size();
      int width = (int) model.graph().inputs().get(0).dims().get(3).size();
      Tensor image =
          Images.batch(List.of(Images.read(imageFile, width, height)), /* mean= */ 0.5f, 0.25f);
      String output = model.graph().outputNames().get(0);
      return guesses(session.run(image).get(output).toFloats(), count);
    }
  }

  private static List<Guess> guesses(float[] logits, int count) {
    double largest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double sum =
        IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - largest)).sum();
    return IntStream.range(0, logits.length)
        .mapToObj(i -> new Guess(i, Math.exp(logits[i] - largest) / sum))
        .sorted(Comparator.comparingDouble(Guess::probability).reversed())
        .limit(count)
        .toList();
  }
}
