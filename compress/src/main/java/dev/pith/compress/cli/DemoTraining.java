package dev.pith.compress.cli;

import dev.pith.compress.data.Dataset;
import dev.pith.compress.report.LineChart;
import dev.pith.compress.train.StageTraining;
import dev.pith.compress.train.TrainListener;
import dev.pith.compress.train.TrainRecipe;
import dev.pith.compress.train.Trainer;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The trainings of the demo: a wide teacher and the dense network side by side, then the same
 * network again, from the same first weights and for as many epochs as the dense one, taught by the
 * teacher while its weights are pruned and then rounded to 8 bits.
 */
final class DemoTraining {

  /** Part of the epochs of the compressed network that trains in the arithmetic of int8. */
  private static final double QUANTIZED = 0.2;

  private static final int TEACHER = 0;
  private static final int DENSE = 1;
  private static final int PRUNED = 2;
  private static final int INT8 = 3;

  private final CliCommand command;
  private final TrainRecipe recipe;
  private final Dataset data;

  /**
   * The trainings.
   *
   * @param samples the data as on the command line, for the recipe
   * @param epochs of the dense network, and of the compressed one
   */
  DemoTraining(CliCommand command, Dataset data, String samples, long seed, double epochs) {
    this.command = command;
    this.data = data;
    this.recipe = TrainRecipe.parse(recipe(samples, seed, epochs));
  }

  /**
   * The networks.
   *
   * @param curves accuracy on training data while each was trained
   */
  record Trained(Graph teacher, Graph dense, Graph compressed, List<LineChart.Curve> curves) {}

  /** What {@code pith train} needs to make the compressed file. */
  private static String recipe(String samples, long seed, double epochs) {
    double pruned = (1 - QUANTIZED) * epochs;
    return String.format(
        Locale.ROOT,
        """
        network: glyphs-cnn
        data: "%s"
        seed: %d
        threads: 1
        stages:
          - {name: teacher, network: glyphs-cnn-wide, epochs: %.3f, batch: 32, optimizer: adam, rate: 0.003}
          - {name: dense, network: glyphs-cnn, epochs: %.3f, batch: 32, optimizer: adam, rate: 0.003}
          - name: pruned
            network: glyphs-cnn
            epochs: %.3f
            batch: 32
            optimizer: adam
            rate: 0.003
            prune: {spec: "block2x4:0.75", begin: %.3f, end: %.3f, rounds: 12}
            distil: {teacher: teacher, temperature: 4, alpha: 0.7}
          - name: int8
            epochs: %.3f
            batch: 32
            optimizer: adam
            rate: 0.0005
            distil: {teacher: teacher, temperature: 4, alpha: 0.7}
            quantize: int8
        """,
        samples,
        seed,
        epochs,
        epochs,
        pruned,
        0.15 * pruned,
        0.7 * pruned,
        QUANTIZED * epochs);
  }

  /** The recipe as it is stored in the compressed file. */
  String recipe() {
    return recipe.text();
  }

  Trained run() throws IOException {
    List<LineChart.Curve> curves = new ArrayList<>();
    StageTraining training = new StageTraining(data, null);
    List<Curve> done = new ArrayList<>();
    try (Progress bar = bar("2/6 teacher and dense", TEACHER, DENSE)) {
      AtomicLong steps = new AtomicLong();
      done.addAll(
          sideBySide(
              () -> trained(training, TEACHER, begin(TEACHER), null, bar, steps),
              () -> trained(training, DENSE, begin(DENSE), null, bar, steps)));
    }
    done.forEach(curve -> say("2/6 trained the " + curve.name() + " network", curve));
    Graph teacher = done.get(TEACHER).result().graph();
    Curve pruned;
    try (Progress bar = bar("3/6 distilling and pruning", PRUNED)) {
      pruned = trained(training, PRUNED, begin(PRUNED), teacher, bar, new AtomicLong());
    }
    say("3/6 distilled into the same network again while pruning 75 %", pruned);
    Curve int8;
    try (Progress bar = bar("4/6 training in int8", INT8)) {
      int8 = trained(training, INT8, pruned.result().graph(), teacher, bar, new AtomicLong());
    }
    say("4/6 trained on in int8", int8);
    List<LineChart.Point> points = new ArrayList<>(pruned.points());
    double before = points.getLast().x();
    int8.points().forEach(p -> points.add(new LineChart.Point(before + p.x(), p.y(), p.mark())));
    done.forEach(curve -> curves.add(new LineChart.Curve(curve.name(), curve.points())));
    curves.add(new LineChart.Curve("compressed", points));
    return new Trained(teacher, done.get(DENSE).result().graph(), int8.result().graph(), curves);
  }

  private record Curve(
      String name,
      double epochs,
      double seconds,
      List<LineChart.Point> points,
      Trainer.Result result) {}

  private Graph begin(int stage) throws IOException {
    return StageTraining.beginning(recipe.stages().get(stage).network(), data, recipe.seed());
  }

  private Progress bar(String name, int... stages) {
    long steps = 0;
    for (int stage : stages) {
      var settings = recipe.stages().get(stage).settings();
      steps += Math.round(settings.epochs() * (data.size() / settings.batchSize()));
    }
    return Progress.start(command.terminal(), name, steps);
  }

  private Curve trained(
      StageTraining training, int index, Graph from, Graph teacher, Progress bar, AtomicLong steps)
      throws IOException {
    TrainRecipe.Stage stage = recipe.stages().get(index);
    List<LineChart.Point> points = new ArrayList<>();
    AtomicLong counted = new AtomicLong();
    TrainListener listener =
        step -> {
          bar.at(steps.addAndGet(step.step() - counted.getAndSet(step.step())));
          if (step.step() % 10 == 0 || step.step() == step.steps()) {
            points.add(new LineChart.Point(step.epoch(), step.accuracy(), ""));
          }
        };
    long start = System.nanoTime();
    Trainer.Result result = training.run(stage, from, null, teacher, listener);
    LineChart.Point last = points.removeLast();
    points.add(new LineChart.Point(last.x(), last.y(), stage.name()));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Curve(stage.name(), stage.settings().epochs(), seconds, points, result);
  }

  /** Both at the same time, each on a thread of its own; the results in this order. */
  private static List<Curve> sideBySide(Callable<Curve> one, Callable<Curve> two)
      throws IOException {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Curve>> futures = List.of(threads.submit(one), threads.submit(two));
      return List.of(futures.get(0).get(), futures.get(1).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException("training failed: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the demo was interrupted", e);
    }
  }

  private void say(String what, Curve curve) {
    command.note(
        String.format(
            Locale.ROOT,
            "%s: %.1f epochs, %.0f s, %.2f %% of the last epoch's glyphs right",
            what,
            curve.epochs(),
            curve.seconds(),
            100 * curve.points().getLast().y()));
  }
}
