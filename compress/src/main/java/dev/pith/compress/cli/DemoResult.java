package dev.pith.compress.cli;

import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.report.LineChart;
import java.nio.file.Path;
import java.util.List;

/**
 * What the demo found.
 *
 * @param dense the network as trained
 * @param compressed the same pruned and quantized
 * @param curve accuracy on training glyphs while training
 * @param layers layers of the compressed file
 * @param densePath the dense file
 * @param compressedPath the compressed file
 * @param reportPath the report
 */
record DemoResult(
    Side dense,
    Side compressed,
    List<LineChart.Point> curve,
    List<Layers.Layer> layers,
    Path densePath,
    Path compressedPath,
    Path reportPath) {

  /**
   * One of the two files.
   *
   * @param evaluation its accuracy on test glyphs
   * @param single speed and memory, one image a run
   * @param batched the same, many images a run
   */
  record Side(Evaluation evaluation, Measurement single, Measurement batched) {}
}
