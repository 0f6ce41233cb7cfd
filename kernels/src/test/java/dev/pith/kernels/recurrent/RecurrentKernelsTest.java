package dev.pith.kernels.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.recurrent.RecurrentProblem.Cell;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecurrentKernelsTest {

  private static List<Gate> gates(Cell cell, int directions) {
    List<Gate> one =
        new ArrayList<>(Collections.nCopies(cell.functions(), Gate.of(Gate.Kind.TANH)));
    if (cell != Cell.RNN) {
      one.set(0, Gate.of(Gate.Kind.SIGMOID));
    }
    List<Gate> all = new ArrayList<>(one);
    all.addAll(directions == 2 ? one : List.of());
    return all;
  }

  private static Tensor ints(int... values) {
    return Tensor.of(values, values.length);
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM,1,1,1,1,1",
    "LSTM,2,3,2,5,7",
    "LSTM,1,4,3,16,33",
    "GRU,1,1,1,3,4",
    "GRU,2,3,2,9,17",
    "RNN,1,2,1,4,5",
    "RNN,2,5,3,8,16"
  })
  void everyKernelAgreesWithTheReference(
      Cell cell, int directions, int steps, int batch, int inputs, int hidden) {
    RandomTensors random = new RandomTensors(hidden);
    int rows = directions * cell.gates() * hidden;
    int[] lengths = new int[batch];
    for (int i = 0; i < batch; i++) {
      lengths[i] = Math.max(0, steps - i);
    }
    for (int variant = 0; variant < 4; variant++) {
      boolean first = variant == 1;
      boolean odd = variant % 2 == 1;
      long[] state =
          first ? new long[] {batch, directions, hidden} : new long[] {directions, batch, hidden};
      List<Tensor> operands =
          Arrays.asList(
              first
                  ? random.floats(0, 1, batch, steps, inputs)
                  : random.floats(0, 1, steps, batch, inputs),
              random.floats(0, 0.3, rows, inputs),
              random.floats(0, 0.3, rows, hidden),
              odd ? random.floats(0, 0.3, directions, 2L * cell.gates() * hidden) : null,
              variant > 1 ? ints(lengths) : null,
              odd ? random.floats(0, 1, state) : null,
              odd ? random.floats(0, 1, state) : null,
              odd && cell == Cell.LSTM ? random.floats(0, 0.3, directions, 3L * hidden) : null);
      RecurrentProblem p =
          new RecurrentProblem(
              cell,
              directions,
              directions == 1 && odd,
              steps,
              batch,
              inputs,
              hidden,
              gates(cell, directions),
              variant == 2 ? 0.5f : 0,
              variant == 3,
              odd,
              first);
      Output last = new Output(DType.F32, Shape.of(state));
      List<String> names =
          KernelContract.checkClose(
              RecurrentKernels.FAMILY,
              p,
              operands,
              List.of(
                  new Output(DType.F32, Shape.of((long) steps * batch * directions * hidden)),
                  last,
                  last),
              1e-4,
              1e-5);
      assertEquals(List.of("vector_recurrent", "reference_recurrent"), names);
    }
  }

  @Test
  void oneUnitByHand() {
    RecurrentProblem p =
        new RecurrentProblem(
            Cell.LSTM, 1, false, 2, 1, 1, 1, gates(Cell.LSTM, 1), 0, false, false, false);
    Output y = new Output(DType.F32, Shape.of(2));
    Output state = new Output(DType.F32, Shape.of(1));
    List<Tensor> found =
        KernelContract.reference(
            RecurrentKernels.FAMILY,
            p,
            List.of(
                Tensor.of(new float[] {1, 2}, 2, 1, 1),
                Tensor.of(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, 4, 1),
                Tensor.of(new float[] {0.5f, 0.6f, 0.7f, 0.8f}, 4, 1)),
            List.of(y, state, state));
    double h = 0;
    double c = 0;
    for (double x : new double[] {1, 2}) {
      double i = 1 / (1 + Math.exp(-(0.1 * x + 0.5 * h)));
      double o = 1 / (1 + Math.exp(-(0.2 * x + 0.6 * h)));
      double f = 1 / (1 + Math.exp(-(0.3 * x + 0.7 * h)));
      c = f * c + i * Math.tanh(0.4 * x + 0.8 * h);
      h = o * Math.tanh(c);
    }
    assertEquals(h, found.get(0).getDouble(1), 1e-6);
    assertEquals(h, found.get(1).getDouble(0), 1e-6);
    assertEquals(c, found.get(2).getDouble(0), 1e-6);
  }

  @Test
  void everyFunctionIsAsOnnxDefinesIt() {
    assertEquals(3, new Gate(Gate.Kind.AFFINE, 2, 1).apply(1));
    assertEquals(-0.5f, new Gate(Gate.Kind.LEAKY_RELU, 0.5f, 0).apply(-1));
    assertEquals(0, new Gate(Gate.Kind.THRESHOLDED_RELU, 2, 0).apply(1));
    assertEquals(2 * Math.tanh(3), new Gate(Gate.Kind.SCALED_TANH, 2, 3).apply(1), 1e-6);
    assertEquals(0.7f, new Gate(Gate.Kind.HARD_SIGMOID, 0.2f, 0.5f).apply(1), 1e-6);
    assertEquals(Math.exp(-1) - 1, new Gate(Gate.Kind.ELU, 1, 0).apply(-1), 1e-6);
    assertEquals(-0.5f, Gate.of(Gate.Kind.SOFTSIGN).apply(-1));
    assertEquals(Math.log(2), Gate.of(Gate.Kind.SOFTPLUS).apply(0), 1e-6);
  }
}
