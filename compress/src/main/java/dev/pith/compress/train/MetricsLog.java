package dev.pith.compress.train;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Writes one JSON object a line at the end of each epoch: {@code stage}, {@code epoch}, {@code
 * step}, {@code loss}, {@code accuracy} (training), {@code validation}, {@code sparsity}, {@code
 * learning_rate}. Numbers that are not known are {@code null}. Not thread-safe.
 */
public final class MetricsLog implements TrainListener {

  private static final JsonFactory FACTORY =
      new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final Writer target;
  private final String stage;

  /**
   * A log.
   *
   * @param target where lines go; flushed after each, never closed
   * @param stage name of the stage
   */
  public MetricsLog(Writer target, String stage) {
    this.target = target;
    this.stage = stage;
  }

  @Override
  public void progress(Progress progress) {
    if (!progress.epochEnd()) {
      return;
    }
    try {
      try (JsonGenerator json = FACTORY.createGenerator(target)) {
        json.writeStartObject();
        json.writeStringField("stage", stage);
        number(json, "epoch", progress.epoch());
        json.writeNumberField("step", progress.step());
        number(json, "loss", progress.loss());
        number(json, "accuracy", progress.accuracy());
        number(json, "validation", progress.validation());
        number(json, "sparsity", progress.sparsity());
        number(json, "learning_rate", progress.learningRate());
        json.writeEndObject();
      }
      target.write('\n');
      target.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the metrics cannot be written", e);
    }
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
