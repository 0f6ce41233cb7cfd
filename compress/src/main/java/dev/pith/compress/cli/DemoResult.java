package dev.pith.compress.cli;

import dev.pith.compress.evaluate.Evaluation;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.report.LineChart;
import java.nio.file.Path;
import java.util.List;

/**
 * What the demo found.
 *
 * @param teacher accuracy of the teacher
 * @param devices both files on each device, the processor first
 * @param curves accuracy on training glyphs while training
 * @param layers layers of the compressed file
 * @param densePath the dense file
 * @param compressedPath the compressed file
 * @param reportPath the report
 */
record DemoResult(
    Evaluation teacher,
    List<OnDevice> devices,
    List<LineChart.Curve> curves,
    List<Layers.Layer> layers,
    Path densePath,
    Path compressedPath,
    Path reportPath) {

  /**
   * Both files on one device.
   *
   * @param name the device
   * @param dense the network trained as it is
   * @param compressed the same distilled, pruned and quantized
   */
  record OnDevice(String name, Side dense, Side compressed) {}

  /**
   * One of the two files.
   *
   * @param evaluation its accuracy on test glyphs
   * @param single speed and memory, one image a run
   * @param batched the same, many images a run
   */
  record Side(Evaluation evaluation, Measurement single, Measurement batched) {}

  /** The dense file on the processor. */
  Side dense() {
    return devices.get(0).dense();
  }

  /** The compressed file on the processor. */
  Side compressed() {
    return devices.get(0).compressed();
  }
}
