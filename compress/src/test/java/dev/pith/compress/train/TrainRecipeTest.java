package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pith.compress.export.OnnxExporter;
import dev.pith.compress.layer.MultiplyAdds;
import dev.pith.compress.pack.Packer;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainRecipeTest {

  private static final SyntheticData DATA = new SyntheticData(192, 4, 1.5f, 1, 1, 8, 8);

  private static final String ALL =
      """
      network: lenet-300-100
      seed: 3
      threads: 1
      stages:
        - name: dense
          epochs: 1.5
          batch: 16
          rate: 0.05
          schedule: step
          milestones: [1]
          factor: 0.5
        - name: sparse
          epochs: 2
          batch: 16
          optimizer: adam
          rate: 2e-3
          augment: [flip, "shift:1"]
          label_smoothing: 0.1
          prune: {spec: "block1x4:0.75", schedule: iterative, begin: 0.2, end: 1.2, rounds: 3,
                  importance: taylor}
          distil: {teacher: dense, temperature: 3, alpha: 0.6, hints: ["relu3=relu3*0.01"]}
        - epochs: 2
          batch: 16
          rate: 0.005
          share: 5
        - name: last
          epochs: 2
          batch: 16
          rate: 0.002
          quantize: int8
          ranges: learned
          distil: {teacher: self}
      """;

  @Test
  void everyKeyIsRead() {
    TrainRecipe recipe = TrainRecipe.parse(ALL);
    assertEquals(Networks.LENET_300_100, recipe.network());
    assertEquals(4, recipe.stages().size());
    TrainRecipe.Stage dense = recipe.stages().get(0);
    assertEquals(LearningRate.step(0.5, 1.0), dense.settings().learningRate());
    TrainRecipe.Stage sparse = recipe.stages().get(1);
    assertEquals(2, sparse.settings().augmentations().size());
    assertEquals(OptimizerSpec.Kind.ADAM, sparse.settings().optimizer().kind());
    assertEquals(PruneSchedule.iterative(0.2, 1.2, 3), sparse.prune().schedule());
    assertEquals(0.01, sparse.distil().pairs().get(0).weight());
    assertEquals(5, recipe.stages().get(2).shareBits());
    assertEquals("stage3", recipe.stages().get(2).name());
    assertEquals(QuantizationAware.Ranges.LEARNED, recipe.stages().get(3).ranges());
    assertEquals(QuantizationAware.Ranges.OBSERVED, sparse.ranges());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs: 1.5| epochz: 1.5| 6| no key epochz",
        "epochs: 1.5| epochs: -1| 5| epochs -1.0",
        "teacher: dense| teacher: gone| 21| teacher is gone",
        "share: 5| share: 9| 25| 2 to 8",
        "share: 5| dropout: 1| 25| a share, 0 to below 1",
        "lenet-300-100| lenet-9| 1| no network lenet-9",
        "quantize: int8| quantize: int4| 30| no quantization int4",
        "ranges: learned| ranges: guessed| 31| use observed or learned",
        "quantize: int8| alpha: 1| 30| no key alpha",
        "quantize: int8| momentum: 0.8| 31| ranges are for quantize",
        "end: 1.2| end: 2| 19| the last pruning is at epoch 2.0",
        "block1x4:0.75| block1x4| 19| lacks a sparsity",
        "rounds: 3| rounds: 0| 19| 0 rounds",
        "name: sparse| name: dense| 12| two stages are named dense",
      })
  void mistakesAreFoundBeforeAnythingRunsWithTheirLine(
      String good, String bad, int line, String message) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> TrainRecipe.parse(ALL.replaceFirst(good, bad)));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().contains("line " + line), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slimming: 0.001| slimming needs BatchNorm",
        "rewind: first| other extents",
        "distil: {teacher: self, hints: [relu9=relu2]}| the student computes no relu9",
        "distil: {teacher: self, hints: [relu2=relu9]}| the teacher computes no relu9",
        "quantize: int8, keep: ['*']| keeps all layers",
      })
  void whatWouldStopALaterStageIsFoundBeforeTheFirst(String late, String message) {
    TrainRecipe recipe =
        TrainRecipe.parse(
            """
            network: glyphs-cnn
            stages:
              - {name: first, epochs: 1, batch: 16, rate: 0.05}
              - {name: cut, epochs: 1, batch: 16, rate: 0.05, prune: "channels:0.5"}
              - {name: late, epochs: 1, batch: 16, rate: 0.05,
                 LATE}
            """
                .replace("LATE", late));
    StagedTraining training = new StagedTraining(recipe, DATA, null, null, false);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> training.run((stage, i) -> fail("training began")));
    assertTrue(e.getMessage().startsWith("recipe line 6: stage late: "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void interruptedTrainingsEndWithTheSameBits(@TempDir Path directory) throws IOException {
    TrainRecipe recipe = TrainRecipe.parse(ALL);
    StringWriter metrics = new StringWriter();
    StagedTraining.Outcome whole =
        new StagedTraining(recipe, DATA, DATA, null, false)
            .run((stage, index) -> new MetricsLog(metrics, stage.name()));
    double accuracy = whole.accuracies().get("last");
    assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    assertTrue(whole.graph().constants().values().stream().anyMatch(c -> c.dtype() == DType.I8));
    List<String> lines = metrics.toString().lines().toList();
    assertEquals(8, lines.size(), metrics.toString());
    assertTrue(lines.get(0).startsWith("{\"stage\":\"dense\",\"epoch\":1.0,\"step\":12,"));

    // In the second epoch of the pruned, the shared and the quantized stage, one after the other.
    for (int at = 1; at < 4; at++) {
      interrupt(recipe, directory, at);
    }
    List<Long> steps = new ArrayList<>();
    StagedTraining.Outcome resumed =
        new StagedTraining(recipe, DATA, null, directory, true)
            .run((stage, index) -> p -> steps.add(p.step()));
    assertEquals(13, steps.get(0), "the first epoch of the last stage has 12 steps");
    assertEquals(Weights.hash(whole.graph()), Weights.hash(resumed.graph()));
  }

  private static void interrupt(TrainRecipe recipe, Path directory, int at) {
    assertThrows(
        IllegalStateException.class,
        () ->
            new StagedTraining(recipe, DATA, null, directory, at > 1)
                .run(
                    (stage, index) ->
                        p -> {
                          if (index == at && p.step() == 17) {
                            throw new IllegalStateException("interrupted");
                          }
                        }));
    assertTrue(Files.exists(StagedTraining.finished(directory, at - 1)));
    assertFalse(Files.exists(StagedTraining.finished(directory, at)));
  }

  @Test
  void rewindingGoesBackToEarlierWeightsWhereWeightsAreLeft() throws IOException {
    TrainRecipe recipe =
        TrainRecipe.parse(
            """
            network: lenet-300-100
            threads: 1
            stages:
              - {name: dense, epochs: 1, batch: 16, rate: 0.05,
                 prune: {spec: "unstructured:0.5", schedule: one-shot, begin: 0.5}}
              - {name: ticket, epochs: 1, batch: 16, rate: 1e-30, momentum: 0, weight_decay: 0,
                 rewind: beginning}
            """);
    StagedTraining.Outcome result =
        new StagedTraining(recipe, DATA, null, null, false).run((stage, index) -> p -> {});
    float[] start =
        Weights.floats(Networks.LENET_300_100.create(DATA.shape(), 4, 0), "linear4.weight");
    float[] end = Weights.floats(result.graph(), "linear4.weight");
    int zeros = 0;
    for (int i = 0; i < end.length; i++) {
      assertTrue(end[i] == 0 || end[i] == start[i], "weight " + i);
      zeros += end[i] == 0 ? 1 : 0;
    }
    assertEquals(end.length / 2, zeros);
  }

  /** The teacher as ONNX, as .pith, and packed in int8 where only sessions run it. */
  @Test
  void teachersComeFromFiles(@TempDir Path directory) throws IOException {
    Graph teacher =
        new Trainer(TrainSettings.adam(2, 16, 3e-3))
            .train(Networks.GLYPHS_CNN.create(DATA.shape(), 4, 1), DATA, null, p -> {})
            .graph();
    Graph quantized =
        new Trainer(
                TrainSettings.adam(1, 16, 1e-3),
                new QuantizationAware(
                    QuantizeSpec.parse("int8"), DATA, 64, QuantizationAware.Ranges.OBSERVED))
            .train(Pipeline.standard().run(teacher), DATA, null, p -> {})
            .graph();
    Path onnx = directory.resolve("teacher.onnx");
    Path dense = directory.resolve("teacher.pith");
    Path packed = directory.resolve("packed.pith");
    OnnxExporter.write(teacher, onnx);
    ModelWriter.write(dense, teacher, Provenance.NONE);
    ModelWriter.write(packed, Packer.pack(quantized), Provenance.NONE);
    Map<Path, StagedTraining.Outcome> taught = new LinkedHashMap<>();
    for (Path file : List.of(onnx, dense, packed)) {
      TrainRecipe recipe =
          TrainRecipe.parse(
              """
              network: lenet-300-100
              stages:
                - {epochs: 2, batch: 16, rate: 0.05, distil: {teacher: FILE, alpha: 1}}
              """
                  .replace("FILE", file.toString()));
      taught.put(
          file, new StagedTraining(recipe, DATA, DATA, null, false).run((stage, i) -> p -> {}));
      double accuracy = taught.get(file).accuracies().get("stage1");
      assertTrue(accuracy > 0.9, file + " taught " + accuracy);
    }
    assertEquals(Weights.hash(taught.get(onnx).graph()), Weights.hash(taught.get(dense).graph()));
    Files.delete(packed);
    TrainRecipe late =
        TrainRecipe.parse(
            """
            network: lenet-300-100
            stages:
              - {epochs: 2, batch: 16, rate: 0.05}
              - {epochs: 2, batch: 16, rate: 0.05, distil: {teacher: FILE}}
            """
                .replace("FILE", packed.toString()));
    assertThrows(
        NoSuchFileException.class,
        () ->
            new StagedTraining(late, DATA, null, null, false)
                .run((stage, i) -> fail("training began without its teacher")));
  }

  @Tag("sources")
  @ParameterizedTest
  @ValueSource(strings = {"resnet-56-channels.yaml", "vgg-16-bn-channels.yaml"})
  void recipesThatCutChannelsLeaveHalfOfTheMultiplyAdds(String name) throws IOException {
    TrainRecipe recipe = TrainRecipe.read(recipes().resolve(name));
    Graph dense = recipe.network().create(Shape.of(3, 32, 32), 10, 1);
    Graph narrow = Pruner.prune(dense, recipe.stages().getLast().prune().spec());
    double left = MultiplyAdds.of(narrow) / (double) MultiplyAdds.of(dense);
    assertTrue(left > 0.4 && left <= 0.53, name + " leaves " + left);
  }

  private static Path recipes() {
    return Files.exists(Path.of("recipes")) ? Path.of("recipes") : Path.of("compress/recipes");
  }

  @Test
  @Tag("sources")
  void recipesOfTheProjectAreValid() throws IOException {
    try (var files = Files.list(recipes())) {
      List<Path> recipes = files.toList();
      assertTrue(recipes.size() >= 9, recipes.toString());
      for (Path recipe : recipes) {
        assertFalse(TrainRecipe.read(recipe).stages().isEmpty(), recipe.toString());
      }
    }
  }
}
