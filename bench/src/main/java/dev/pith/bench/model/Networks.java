package dev.pith.bench.model;

import static dev.pith.compress.train.Networks.MOBILENET_V2;

import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The networks that are measured: some are built in, others need a folder of model files. All are
 * floating point and have been through the standard passes.
 */
public enum Networks {
  /** ResNet-50 with random weights, from the ONNX project's graph where the folder has it. */
  RESNET50("ResNet-50", "onnx-light.tar.gz#light_resnet50.onnx"),
  /** SqueezeNet 1.0, trained. */
  SQUEEZENET("SqueezeNet", "squeezenet_fp16.onnx"),
  /** ShuffleNet with random weights. */
  SHUFFLENET("ShuffleNet", "onnx-light.tar.gz#light_shufflenet.onnx"),
  /** MobileNetV2 for images of 32 × 32, built in, random weights. */
  MOBILENET_V2_32("MobileNetV2, 32 × 32", ""),
  /** A CIFAR-10 vision transformer, trained. */
  VIT("CIFAR ViT", "cifar10_vit_ibp_3_3_8.onnx"),
  /** A tiny BERT encoder, random weights. */
  BERT("Tiny BERT", "bert_fixture_untrained.onnx"),
  /** A CIFAR-10 ResNet of two blocks, trained. */
  CIFAR_RESNET("CIFAR ResNet", "cifar10_resnet_2b.onnx");

  private static final long SEED = 7;
  private static final long TOKENS = 64;

  private final String title;
  private final String file;

  Networks(String title, String file) {
    this.title = title;
    this.file = file;
  }

  /** How people name it. */
  public String title() {
    return title;
  }

  /** Whether {@link #load} can leave the batch open. */
  public boolean takesAnyBatch() {
    return isBuiltIn();
  }

  /** Whether {@link #load} can make it from {@code data}, a folder or {@code null}. */
  public boolean isAvailable(Path data) {
    return isBuiltIn() || data != null && Files.exists(path(data));
  }

  /** What {@link #load} needs where {@link #isAvailable} says no. */
  public String missing() {
    return this + " needs a folder of data with models/" + file.replaceFirst("#.*", "");
  }

  private boolean isBuiltIn() {
    return this == RESNET50 || this == MOBILENET_V2_32;
  }

  private Path path(Path data) {
    return data.resolve("models").resolve(file.replaceFirst("#.*", ""));
  }

  /** Extents of inputs whose axes behind the batch are open, by input name. */
  public Map<String, Shape> shapes(int batch) {
    Shape tokens = Shape.of(batch, TOKENS);
    return this == BERT
        ? Map.of("input_ids", tokens, "attention_mask", tokens, "token_type_ids", tokens)
        : Map.of();
  }

  /**
   * The network after the standard passes.
   *
   * @param data a folder with {@code models/}; {@code null} where there is none
   * @param anyBatch whether the batch must be open: then ResNet-50 is the built-in one
   * @throws IOException if a model file is missing or cannot be read
   */
  public Graph load(Path data, boolean anyBatch) throws IOException {
    Graph graph;
    if (this == MOBILENET_V2_32) {
      graph = MOBILENET_V2.create(Shape.of(3, 32, 32), 10, SEED);
    } else if (this == RESNET50 && (anyBatch || data == null || !Files.exists(path(data)))) {
      graph = ResNet50.create(SEED);
    } else if (data == null) {
      throw new IOException(missing());
    } else if (file.contains("#")) {
      Graph constant = Pipeline.standard().run(unpacked(path(data)));
      return SeededWeights.apply(constant, SEED);
    } else {
      graph = OnnxImporter.read(path(data));
    }
    return Pipeline.standard().run(graph);
  }

  private Graph unpacked(Path archive) throws IOException {
    String name = file.replaceFirst(".*#", "");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(in))) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (entry != null && !entry.getName().endsWith("/" + name)) {
        entry = tar.getNextEntry();
      }
      if (entry == null) {
        throw new IOException(archive + " holds no " + name);
      }
      Path model = Files.createTempFile("pith-bench", ".onnx");
      try {
        Files.write(model, tar.readAllBytes());
        return OnnxImporter.read(model);
      } finally {
        Files.deleteIfExists(model);
      }
    }
  }
}
