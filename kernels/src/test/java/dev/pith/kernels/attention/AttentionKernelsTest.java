package dev.pith.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.attention.AttentionProblem.Scores;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionKernelsTest {

  /** Batch, heads, key heads, queries, keys, past, head size, value size. */
  @ParameterizedTest
  @CsvSource({
    "1,1,1,1,1,0,1,1",
    "2,3,3,4,6,0,8,8",
    "1,4,2,5,5,3,17,9",
    "2,2,1,3,40,0,33,64",
    "1,1,1,7,7,2,16,5"
  })
  void everyKernelAgreesWithTheReference(
      long n,
      long heads,
      long keyHeads,
      long queries,
      long keys,
      long past,
      long size,
      long value) {
    RandomTensors random = new RandomTensors(keys);
    Shape mask = Shape.of(heads, queries, past + keys);
    for (boolean packed : new boolean[] {false, true}) {
      for (Scores scores : Scores.values()) {
        boolean odd = scores == Scores.MASKED || scores == Scores.CAPPED;
        AttentionProblem p =
            new AttentionProblem(
                DType.F32,
                n,
                heads,
                keyHeads,
                queries,
                keys,
                past,
                size,
                value,
                packed,
                0.3f,
                odd ? 2 : 0,
                packed,
                odd ? mask : null,
                odd ? DType.F32 : null,
                false,
                scores);
        List<Tensor> inputs =
            Arrays.asList(
                random.floats(0, 1, n * heads * queries * size),
                random.floats(0, 1, n * keyHeads * keys * size),
                random.floats(0, 1, n * keyHeads * keys * value),
                odd ? random.floats(0, 1, mask.dims()) : null,
                past > 0 ? random.floats(0, 1, n * keyHeads * past * size) : null,
                past > 0 ? random.floats(0, 1, n * keyHeads * past * value) : null);
        List<Output> outputs =
            List.of(
                new Output(DType.F32, Shape.of(n * heads * queries * value)),
                new Output(DType.F32, Shape.of(n * keyHeads * (past + keys) * size)),
                new Output(DType.F32, Shape.of(n * keyHeads * (past + keys) * value)),
                new Output(DType.F32, Shape.of(n * heads * queries * (past + keys))));
        List<String> names =
            KernelContract.checkClose(AttentionKernels.ATTENTION, p, inputs, outputs, 1e-4, 1e-5);
        assertEquals(List.of("vector_attention_f32", "reference_attention"), names);
      }
    }
  }

  @Test
  void aQueryThatSeesNothingGivesZeros() {
    AttentionProblem p =
        new AttentionProblem(
            DType.F32,
            1,
            1,
            1,
            2,
            2,
            0,
            1,
            1,
            false,
            1,
            0,
            false,
            Shape.of(2, 2),
            DType.BOOL,
            false,
            Scores.PROBABILITIES);
    Tensor ones = Tensor.of(new float[] {1, 1}, 2);
    Tensor mask = Tensor.ofBytes(DType.BOOL, new byte[] {0, 0, 0, 1}, 2, 2);
    Output y = new Output(DType.F32, Shape.of(2));
    Output scores = new Output(DType.F32, Shape.of(4));
    List<Tensor> found =
        KernelContract.reference(
            AttentionKernels.ATTENTION,
            p,
            List.of(ones, ones, Tensor.of(new float[] {5, 7}, 2), mask),
            List.of(y, y, y, scores));
    assertArrayEquals(new float[] {0, 7}, found.get(0).toFloats());
    assertArrayEquals(new float[] {0, 0, 0, 1}, found.get(3).toFloats());
  }

  @Test
  void aQuarterTurnSwapsAPair() {
    for (boolean interleaved : new boolean[] {true, false}) {
      RotaryProblem p = new RotaryProblem(DType.F32, 1, 1, 1, 4, 4, interleaved, false, false, 1);
      float[] y =
          KernelContract.reference(
                  AttentionKernels.ROTARY,
                  p,
                  List.of(
                      Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 1, 4),
                      Tensor.of(new float[] {0, 1}, 1, 1, 2),
                      Tensor.of(new float[] {1, 0}, 1, 1, 2)),
                  List.of(new Output(DType.F32, Shape.of(4))))
              .get(0)
              .toFloats();
      assertArrayEquals(interleaved ? new float[] {-2, 1, 3, 4} : new float[] {-3, 2, 1, 4}, y);
    }
  }
}
