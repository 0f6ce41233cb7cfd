package dev.pith.runtime.examples;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Classifies every PNG and JPEG file of a folder, several images in a run. */
public final class FolderScoring {

  private FolderScoring() {}

  /** {@code FolderScoring MODEL.pith FOLDER} prints a line for each image. */
  public static void main(String[] args) throws IOException {
    score(Path.of(args[0]), Path.of(args[1]), 32)
        .forEach((file, label) -> System.out.println(file + " " + label));
  }

  /**
   * The likeliest class of each image in {@code folder}, in the order of their names. The model's
   * batch must be open; the last run has what is left.
   */
  public static Map<Path, Integer> score(Path modelFile, Path folder, int batch)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().matches("(?i).*\\.(png|jpe?g)")).sorted().toList();
    }
    Map<Path, Integer> labels = new LinkedHashMap<>();
    try (Model model = Model.load(modelFile);
        Session session = model.newSession(SessionOptions.defaults())) {
      int height = (int) model.graph().inputs().get(0).dims().get(2).size();
      int width = (int) model.graph().inputs().get(0).dims().get(3).size();
      String output = model.graph().outputNames().get(0);
      for (int from = 0; from < files.size(); from += batch) {
        List<Path> part = files.subList(from, Math.min(files.size(), from + batch));
        List<BufferedImage> images = new ArrayList<>();
        for (Path file : part) {
          images.add(Images.read(file, width, height));
        }
        Tensor logits = session.run(Images.batch(images, 0.5f, 0.25f)).get(output);
        for (int i = 0; i < part.size(); i++) {
          labels.put(part.get(i), largest(logits, i));
        }
      }
    }
    return labels;
  }

  private static int largest(Tensor logits, int row) {
    int classes = logits.shape().dimInt(1);
    int best = 0;
    for (int c = 1; c < classes; c++) {
      double value = logits.getDouble((long) row * classes + c);
      best = value > logits.getDouble((long) row * classes + best) ? c : best;
    }
    return best;
  }
}
