package dev.pith.compress.testing;

import dev.pith.compress.data.DataSpec;
import dev.pith.compress.data.Dataset;
import dev.pith.compress.data.Split;
import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A trained CIFAR-10 network with calibration and test images; absent without real data. */
public final class CifarModel {

  /** Where tests run networks. */
  public static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withDevice("cpu")
          .withThreads(1)
          .withSelection(KernelSelection.PREFERRED);

  private final Graph graph;
  private final List<Map<String, Tensor>> calibration;
  private final List<Tensor> images = new ArrayList<>();
  private final int[] labels;

  private CifarModel(Graph graph, String preprocess, int samples, int tests) throws IOException {
    this.graph = graph;
    String input = graph.inputs().get(0).name();
    this.calibration = new ArrayList<>();
    Dataset train = open("train_jpeg_20000.bin.gz", preprocess, Split.TRAIN);
    for (int i = 0; i < samples; i++) {
      calibration.add(Map.of(input, batched(train.sample(i))));
    }
    Dataset test = open("test_jpeg_4000.bin.gz", preprocess, Split.TEST);
    this.labels = new int[tests];
    for (int i = 0; i < tests; i++) {
      images.add(batched(test.sample(i)));
      labels[i] = test.label(i);
    }
  }

  /**
   * A model with {@code samples} calibration and {@code tests} test images.
   *
   * @param name file name without ending
   * @param preprocess settings behind the question mark of a data name
   */
  public static CifarModel open(String name, String preprocess, int samples, int tests)
      throws IOException {
    Path file = data().resolve("models").resolve(name + ".onnx");
    Graph graph = Pipeline.standard().run(OnnxImporter.read(file));
    return new CifarModel(graph, preprocess, samples, tests);
  }

  private static Path data() {
    String data = System.getProperty("pith.data", "");
    Assumptions.assumeTrue(!data.isEmpty(), "pith.data is not set");
    return Path.of(data);
  }

  private static Dataset open(String file, String preprocess, Split split) throws IOException {
    Path path = data().resolve("cifar10").resolve(file);
    return DataSpec.parse("cifar10:" + path + "?" + preprocess).open(split, null);
  }

  private static Tensor batched(Tensor sample) {
    long[] dims = sample.shape().dims();
    long[] batch = new long[dims.length + 1];
    batch[0] = 1;
    System.arraycopy(dims, 0, batch, 1, dims.length);
    return sample.reshaped(Shape.of(batch));
  }

  /** The network after the standard passes. */
  public Graph graph() {
    return graph;
  }

  /** Calibration inputs. */
  public List<Map<String, Tensor>> calibration() {
    return calibration;
  }

  /** Test images, each a batch of one. */
  public List<Tensor> images() {
    return images;
  }

  /** Logits of all test images. */
  public List<float[]> logits(Graph other) {
    List<float[]> all = new ArrayList<>();
    try (Model model = Model.of(other);
        Session session = model.newSession(OPTIONS)) {
      for (Tensor image : images) {
        all.add(session.run(image).values().iterator().next().toFloats());
      }
    }
    return all;
  }

  /** Part of the test images that are classified rightly. */
  public double accuracy(Graph other) {
    return accuracy(logits(other));
  }

  /** Part of the test images that are classified rightly by these logits. */
  public double accuracy(List<float[]> all) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += best(all.get(i)) == labels[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /** Index of the largest. */
  public static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Part of equal predictions. */
  public static double agreement(List<float[]> a, List<float[]> b) {
    int equal = 0;
    for (int i = 0; i < a.size(); i++) {
      equal += best(a.get(i)) == best(b.get(i)) ? 1 : 0;
    }
    return (double) equal / a.size();
  }
}
