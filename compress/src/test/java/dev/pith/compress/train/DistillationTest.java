package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.train.Distillation.FeaturePair;
import dev.pith.compress.train.Distillation.FeaturePair.Kind;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {

  private static final SyntheticData DATA = new SyntheticData(256, 4, 1.5f, 1, 1, 8, 8);
  private static final SyntheticData HELD_OUT = new SyntheticData(200, 4, 1.5f, 9999, 1, 8, 8);

  private static Graph teacher() throws IOException {
    return new Trainer(TrainSettings.adam(4, 16, 3e-3))
        .train(Networks.GLYPHS_CNN.create(Shape.of(1, 8, 8), 4, 1), DATA, null, p -> {})
        .graph();
  }

  /** A smaller network whose first features have other channels than the teacher's. */
  private static Graph student() {
    NetworkBuilder net = new NetworkBuilder("student", 2);
    String x = net.relu(net.conv(net.input("input", 1, 8, 8), 4, 3, 1, 1, 1, true, 2));
    return net.build(net.linear(net.flatten(net.relu(net.conv(x, 8, 3, 2, 1))), 4, 1));
  }

  @Test
  void studentsLearnTheScoresOfTheirTeacherWithoutLabels() throws IOException {
    Graph teacher = teacher();
    Trainer.Result result =
        new Trainer(TrainSettings.adam(10, 16, 5e-3), new Distillation(teacher, 4, 1))
            .train(student(), DATA, HELD_OUT, TrainListener.NONE);
    assertTrue(result.accuracy() > 0.95, "accuracy " + result.accuracy());
    Tensor x = DATA.sample(5).reshaped(Shape.of(1, 1, 8, 8));
    double before = distance(teacher, student(), x);
    double after = distance(teacher, result.graph(), x);
    assertTrue(after < 0.7 * before, before + " became " + after);
  }

  private static double distance(Graph teacher, Graph student, Tensor x) {
    try (TorchGraph first = TorchGraph.of(teacher);
        TorchGraph second = TorchGraph.of(student)) {
      float[] a = first.run(Map.of("input", x)).values().iterator().next().toFloats();
      float[] b = second.run(Map.of("input", x)).values().iterator().next().toFloats();
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        // Scores count up to a constant: compare differences to the first one.
        sum += Math.abs(a[i] - a[0] - (b[i] - b[0]));
      }
      return sum;
    }
  }

  /** Asked once for all samples, the teacher says what it says batch by batch. */
  @Test
  void scoresAreKeptWhereSamplesComeAgain() throws IOException {
    Graph teacher = teacher();
    // With a pair of features, which counts for nothing here, the teacher is asked at each step.
    List<FeaturePair> nothing = List.of(new FeaturePair(Kind.HINT, "relu2", "relu2", 1e-30));
    List<List<Double>> losses = new ArrayList<>();
    for (List<FeaturePair> pairs : List.of(List.<FeaturePair>of(), nothing)) {
      List<Double> heard = new ArrayList<>();
      new Trainer(TrainSettings.sgd(2, 16, 1e-3), new Distillation(teacher, 4, 0.5, pairs))
          .train(student(), DATA, null, p -> heard.add(p.loss()));
      losses.add(heard);
    }
    assertEquals(32 + 2, losses.get(0).size());
    for (int i = 0; i < losses.get(0).size(); i++) {
      assertEquals(losses.get(1).get(i), losses.get(0).get(i), 1e-5);
    }
  }

  @Test
  void trainingWithATeacherResumes(@TempDir Path directory) throws IOException {
    resumes(teacher(), List.of(), directory.resolve("checkpoint"));
  }

  @Test
  void featurePairsTakePartAndResume(@TempDir Path directory) throws IOException {
    List<FeaturePair> pairs =
        List.of(
            new FeaturePair(Kind.HINT, "relu2", "relu2", 1),
            new FeaturePair(Kind.ATTENTION, "relu2", "relu2", 10));
    resumes(teacher(), pairs, directory.resolve("checkpoint"));
  }

  private static void resumes(Graph teacher, List<FeaturePair> pairs, Path file)
      throws IOException {
    TrainSettings settings = TrainSettings.adam(4, 16, 5e-3);
    List<Double> losses = new ArrayList<>();
    Trainer.Result whole =
        new Trainer(settings, new Distillation(teacher, 2, 0.5, pairs))
            .train(student(), DATA, HELD_OUT, p -> losses.add(p.loss()));
    assertTrue(whole.loss() < 0.6 * losses.get(0), losses.get(0) + " became " + whole.loss());
    assertThrows(
        IllegalStateException.class,
        () ->
            new Trainer(settings, new Distillation(teacher, 2, 0.5, pairs))
                .withCheckpoint(file, false)
                .train(
                    student(),
                    DATA,
                    null,
                    p -> {
                      if (p.step() == 40) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    Trainer.Result resumed =
        new Trainer(settings, new Distillation(teacher, 2, 0.5, pairs))
            .withCheckpoint(file, true)
            .train(student(), DATA, null, TrainListener.NONE);
    assertEquals(Weights.hash(whole), Weights.hash(resumed));
  }

  @Test
  void teachersThatDoNotFitAreRefused() {
    Graph other = Networks.GLYPHS_CNN.create(Shape.of(1, 8, 8), 7, 1);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(TrainSettings.adam(1, 32, 1e-3), new Distillation(other, 2, 0.5))
                    .train(student(), DATA, null, p -> {}));
    assertTrue(e.getMessage().contains("7 classes"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Distillation(other, 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Distillation(other, 1, 1.5));
  }
}
