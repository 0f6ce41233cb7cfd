package dev.pith.compress.train;

import dev.pith.compress.data.Dataset;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains a classifier on a data set. The result depends on the graph, the data, the settings and
 * the techniques only: batches are drawn from the seed, and a training that was interrupted and
 * resumed ends with the same bits as one that was not.
 *
 * <p>Not thread-safe; one training at a time.
 */
public final class Trainer {

  private final TrainSettings settings;
  private final List<Technique> techniques;
  private Path checkpoint;
  private boolean resume;

  /**
   * A trainer.
   *
   * @param settings how long and how
   * @param techniques what takes part, in order
   */
  public Trainer(TrainSettings settings, Technique... techniques) {
    this.settings = settings;
    this.techniques = List.of(techniques);
  }

  /**
   * Writes a checkpoint to {@code file} after each epoch.
   *
   * @param resuming whether to go on from the checkpoint if the file is there
   */
  public Trainer withCheckpoint(Path file, boolean resuming) {
    checkpoint = file;
    resume = resuming;
    return this;
  }

  /**
   * What training gave.
   *
   * @param graph the graph with trained weights
   * @param loss mean loss of the last epoch
   * @param accuracy accuracy on the validation data; NaN without any
   */
  public record Result(Graph graph, double loss, double accuracy) {}

  /**
   * Trains.
   *
   * @param graph a network in floating point with one input and scores as output 0
   * @param data labelled samples to learn from
   * @param validation samples to measure accuracy on after each epoch; {@code null} for none
   * @throws IOException if samples cannot be read, or a checkpoint cannot be written or read
   * @throws IllegalArgumentException if the graph cannot be trained on the data
   */
  public Result train(Graph graph, Dataset data, Dataset validation, TrainListener listener)
      throws IOException {
    requireLabels(data);
    Torch.threads(settings.threads());
    Batches batches =
        new Batches(data, settings.batchSize(), settings.augmentations(), settings.seed());
    try (TorchGraph torchGraph = TorchGraph.of(graph);
        Optimizer optimizer = new Optimizer(settings.optimizer());
        TrainingRun run = new TrainingRun(torchGraph, settings, Logits.of(graph), batches)) {
      techniques.forEach(technique -> technique.begin(run));
      if (resume && checkpoint != null && Files.exists(checkpoint)) {
        Checkpoint.load(checkpoint, run, optimizer, techniques);
      }
      try {
        return train(run, optimizer, batches, validation, listener);
      } finally {
        techniques.forEach(Technique::end);
      }
    }
  }

  private Result train(
      TrainingRun run,
      Optimizer optimizer,
      Batches batches,
      Dataset validation,
      TrainListener listener)
      throws IOException {
    Meter meter = new Meter(run);
    double accuracy = Double.NaN;
    if (run.step() == run.steps() && validation != null) {
      accuracy = Evaluation.of(run.graph(), validation).accuracy();
    }
    while (run.step() < run.steps()) {
      int epoch = (int) (run.step() / run.stepsPerEpoch());
      int index = (int) (run.step() % run.stepsPerEpoch());
      if (index == 0) {
        meter.startEpoch();
      }
      double rate =
          settings.optimizer().learningRate()
              * settings.learningRate().at(run.epoch(), run.epochs());
      try (var _ = new PointerScope()) {
        Batches.Batch batch = batches.shuffled(epoch, index);
        run.batch(batch);
        meter.add(step(run, optimizer, rate), batch.labels());
      }
      boolean epochEnd = index == run.stepsPerEpoch() - 1 || run.step() == run.steps();
      listener.progress(meter.progress(rate));
      if (epochEnd) {
        accuracy =
            validation == null ? Double.NaN : Evaluation.of(run.graph(), validation).accuracy();
        if (checkpoint != null) {
          Checkpoint.save(checkpoint, run, optimizer, techniques);
        }
        listener.progress(meter.epochEnd(rate, accuracy));
      }
    }
    Graph trained = run.graph().graph();
    for (Technique technique : techniques) {
      trained = technique.finish(run, trained);
    }
    return new Result(trained, meter.loss(), accuracy);
  }

  /** One step; returns the loss and the scores. */
  private Meter.StepResult step(TrainingRun run, Optimizer optimizer, double rate) {
    techniques.forEach(technique -> technique.beforeStep(run));
    String input = run.graph().source().inputs().get(0).name();
    Map<String, Tensor> values = run.graph().forward(Map.of(input, run.input()), true);
    Tensor scores = Logits.rows(values.get(run.logits()));
    checkClasses(scores, run.labels());
    Tensor loss = Logits.crossEntropy(scores, run.labels(), settings.labelSmoothing());
    for (Technique technique : techniques) {
      loss = technique.loss(run, loss, values);
    }
    run.clearGradients();
    loss.backward();
    techniques.forEach(technique -> technique.afterGradients(run));
    optimizer.step(run.trained(), rate);
    techniques.forEach(technique -> technique.afterStep(run));
    run.step(run.step() + 1);
    double number = loss.item_double();
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "the loss became "
              + number
              + " at step "
              + run.step()
              + "; lower the learning rate ("
              + rate
              + ") or add a warm-up");
    }
    return new Meter.StepResult(number, Logits.right(scores.detach(), run.labels()));
  }

  private static void checkClasses(Tensor scores, Tensor labels) {
    long largest = labels.max().item_long();
    if (largest >= scores.size(1)) {
      throw new IllegalArgumentException(
          "the data has a label "
              + largest
              + "; the graph has scores for "
              + scores.size(1)
              + " classes");
    }
  }

  private static void requireLabels(Dataset data) {
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) < 0) {
        throw new IllegalArgumentException("sample " + i + " has no label to learn from");
      }
    }
  }
}
