package dev.pith.bench.report;

import dev.pith.bench.reproduce.Compressed;
import dev.pith.bench.reproduce.Published;
import dev.pith.bench.reproduce.Published.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Accuracy of a trained network in one form.
 *
 * @param title network and form
 * @param isCompressed whether anything was done to it
 * @param bytes of the file; of the fp32 weights where nothing was done
 * @param top1 accuracy, a fraction
 * @param samples test images
 */
record AccuracyPoint(String title, boolean isCompressed, long bytes, double top1, int samples) {

  private static final List<String> NETWORKS = List.of("resnet_2b", "conv_nhwc_medium");

  private static final Map<String, String> FORMS = new LinkedHashMap<>();

  static {
    FORMS.put("fp32", "");
    FORMS.put("int8", "--quantize int8");
    FORMS.put(
        "int8, 50 % sparse",
        "--quantize int8 --prune unstructured:0.5,method=second-order,allocation=erk");
    FORMS.put(
        "int8, 80 % sparse",
        "--quantize int8 --prune unstructured:0.8,method=second-order,allocation=erk");
  }

  /** Compresses trained networks without training and counts right answers. */
  static List<AccuracyPoint> measure(Path data, int samples) throws IOException {
    Published published = Published.load();
    List<AccuracyPoint> points = new ArrayList<>();
    Path folder = Files.createTempDirectory("pith-report");
    try {
      for (String name : NETWORKS) {
        Network network = published.networks().get(name);
        for (Map.Entry<String, String> form : FORMS.entrySet()) {
          Compressed c = Compressed.measure(network, form.getValue(), data, folder, samples);
          boolean done = !form.getValue().isEmpty();
          points.add(
              new AccuracyPoint(
                  name + ", " + form.getKey(),
                  done,
                  done ? c.fileBytes() : c.denseBytes(),
                  c.top1(),
                  samples));
        }
      }
    } finally {
      Files.deleteIfExists(folder.resolve("net.pith"));
      Files.delete(folder);
    }
    return points;
  }
}
