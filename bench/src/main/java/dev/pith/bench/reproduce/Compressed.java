package dev.pith.bench.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pith.bench.reproduce.Published.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A trained network after {@code pith compress}.
 *
 * @param denseBytes of its weights in fp32
 * @param fileBytes of the whole file
 * @param ratio of the two
 * @param top1 accuracy on the test images; of the source where nothing was done
 */
public record Compressed(long denseBytes, long fileBytes, double ratio, double top1) {

  private static final String SAMPLES = "256";
  private static final String TRAIN = "train_jpeg_20000.bin.gz";
  private static final String TEST = "test_jpeg_4000.bin.gz";

  /**
   * Compresses a network and counts.
   *
   * @param arguments of {@code pith compress}; empty for none
   * @param data folder with {@code models/} and {@code cifar10/} or {@code photos/}
   * @param folder for the file
   * @param tests test images; 0 for all
   */
  public static Compressed measure(
      Network network, String arguments, Path data, Path folder, int tests) throws IOException {
    Path source = data.resolve(network.file());
    Path target = folder.resolve("net.pith");
    List<String> words =
        new ArrayList<>(List.of("compress", source.toString(), target.toString(), "--force"));
    if (!arguments.isEmpty()) {
      words.addAll(List.of(arguments.split(" ", -1)));
      words.addAll(
          List.of("--samples", SAMPLES, "--calibrate", images(data, TRAIN, network, folder)));
    }
    CommandLine.run(words);
    JsonNode inspected = CommandLine.json(List.of("inspect", target.toString(), "--json"));
    List<String> eval =
        new ArrayList<>(
            List.of(
                "eval",
                (arguments.isEmpty() ? source : target).toString(),
                "--json",
                "--data",
                images(data, TEST, network, folder)));
    if (tests > 0 && network.photos().isEmpty()) {
      eval.addAll(List.of("--limit", Integer.toString(tests)));
    }
    return new Compressed(
        inspected.get("dense_fp32_bytes").asLong(),
        inspected.get("file_bytes").asLong(),
        inspected.get("ratio").asDouble(),
        CommandLine.json(eval).get("results").get(0).get("top1").asDouble());
  }

  private static String images(Path data, String file, Network network, Path folder)
      throws IOException {
    if (network.photos().isEmpty()) {
      return "cifar10:" + data.resolve("cifar10").resolve(file) + "?" + network.preprocess();
    }
    Path photos = Files.createDirectories(folder.resolve("photos"));
    List<String> labels = new ArrayList<>();
    for (Map.Entry<String, Integer> photo : network.photos().entrySet()) {
      Path source = data.resolve("photos").resolve(photo.getKey());
      Files.copy(source, photos.resolve(photo.getKey()), StandardCopyOption.REPLACE_EXISTING);
      labels.add(photo.getKey() + " " + photo.getValue());
    }
    Path list = folder.resolve("labels.txt");
    Files.write(list, labels);
    return "images:" + photos + "?labels=" + list + "&" + network.preprocess();
  }
}
