package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pith.kernels.recurrent.Gate;
import dev.pith.kernels.recurrent.RecurrentProblem.Cell;
import dev.pith.kernels.resample.Interpolation;
import dev.pith.kernels.resample.ResizeProblem.Coordinates;
import dev.pith.kernels.resample.ResizeProblem.Rounding;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Recurrent;
import dev.pith.runtime.graph.ops.Resize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations that few networks have: recurrent layers and changes of size. */
class TorchRecurrentTest {

  private static final int UNITS = 6;

  private static Graph recurrent(Cell cell, int directions, boolean flag, boolean batchFirst) {
    NetworkBuilder net = new NetworkBuilder("recurrent", 11);
    String x = net.input("x", 4, 5);
    long rows = (long) directions * cell.gates() * UNITS;
    List<String> inputs = new ArrayList<>(List.of(x));
    inputs.add(net.constant("w", net.uniform(0.2, rows, 5)));
    inputs.add(net.constant("r", net.uniform(0.2, rows, UNITS)));
    inputs.add(net.constant("b", net.uniform(0.2, directions, 2L * cell.gates() * UNITS)));
    List<Gate> gates = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      gates.add(Gate.of(Gate.Kind.SIGMOID));
      gates.addAll(Collections.nCopies(cell.functions() - 1, Gate.of(Gate.Kind.TANH)));
    }
    boolean late = flag && cell == Cell.GRU;
    Recurrent op = new Recurrent(cell, UNITS, directions, flag, gates, 0, false, late, batchFirst);
    return net.build(net.add("y", op, inputs));
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM, 1, false, false",
    "LSTM, 1, true, true",
    "LSTM, 2, false, true",
    "GRU, 1, true, false",
    "GRU, 2, false, true",
    "RNN, 2, false, false",
  })
  void recurrentLayersAreThoseOfTheCpuBackend(
      Cell cell, int directions, boolean flag, boolean batchFirst) {
    TorchGraphTest.assertSame(recurrent(cell, directions, flag, batchFirst), 3, 1e-5);
  }

  @Test
  void recurrencesWithoutGradientsAreRefused() {
    NetworkBuilder net = new NetworkBuilder("clipped", 11);
    String x = net.input("x", 4, 5);
    String w = net.constant("w", net.uniform(0.2, UNITS, 5));
    String r = net.constant("r", net.uniform(0.2, UNITS, UNITS));
    List<Gate> gates = List.of(Gate.of(Gate.Kind.TANH));
    Recurrent op = new Recurrent(Cell.RNN, UNITS, 1, false, gates, 3, false, false, false);
    Graph graph = net.build(net.add("y", op, List.of(x, w, r)));
    assertThrows(IllegalArgumentException.class, () -> TorchGraphTest.assertSame(graph, 3, 1e-5));
  }

  @ParameterizedTest
  @CsvSource({
    "NEAREST, ASYMMETRIC, FLOOR, 2, 2, false",
    "NEAREST, HALF_PIXEL, PREFER_CEIL, 1.5, 0.6, false",
    "LINEAR, HALF_PIXEL, FLOOR, 2, 0.5, false",
    "LINEAR, ALIGN_CORNERS, FLOOR, 1.7, 3, false",
    "LINEAR, HALF_PIXEL, FLOOR, 0.4, 0.5, true",
    "CUBIC, HALF_PIXEL, FLOOR, 2, 1, false",
  })
  void sizesChangeAsOnTheCpuBackend(
      Interpolation interpolation,
      Coordinates coordinates,
      Rounding rounding,
      float height,
      float width,
      boolean antialias) {
    NetworkBuilder net = new NetworkBuilder("resize", 5);
    String x = net.conv(net.input("x", 2, 7, 6), 3, 3, 1, 1);
    String scales = net.constant("scales", Tensor.of(new float[] {1, 1, height, width}, 4));
    Resize op =
        new Resize(
            interpolation,
            coordinates,
            rounding,
            -0.75f,
            false,
            antialias,
            0,
            Resize.Fit.STRETCH,
            List.of());
    TorchGraphTest.assertSame(net.build(net.add("y", op, List.of(x, "", scales))), 2, 1e-5);
  }
}
