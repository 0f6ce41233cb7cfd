package dev.pith.kernels.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchKernelsTest {

  @Test
  void topKEqualsASortedList() {
    for (long k : new long[] {0, 1, 3, 20, 31}) {
      for (boolean largest : new boolean[] {true, false}) {
        Tensor x = new RandomTensors(k).ints(9, 31);
        TopKProblem p = new TopKProblem(largest, DType.I32, 1, 31, 1, k);
        List<Tensor> y =
            KernelContract.reference(
                SearchKernels.TOP_K,
                p,
                List.of(x),
                List.of(new Output(DType.I32, Shape.of(k)), new Output(DType.I64, Shape.of(k))));
        long[] values = x.toLongs();
        Comparator<Integer> order = Comparator.comparingLong(i -> values[i]);
        int[] sorted =
            IntStream.range(0, 31)
                .boxed()
                .sorted(largest ? order.reversed() : order)
                .limit(k)
                .mapToInt(i -> i)
                .toArray();
        for (int i = 0; i < k; i++) {
          assertEquals(sorted[i], y.get(1).getLong(i), p.toString());
          assertEquals(values[sorted[i]], y.get(0).getLong(i), p.toString());
        }
      }
    }
  }

  @Test
  void topKAlongAnInnerAxis() {
    Tensor x = Tensor.of(new float[] {1, 8, 5, 2, 3, 9}, 1, 3, 2);
    TopKProblem p = new TopKProblem(true, DType.F32, 1, 3, 2, 2);
    Shape shape = Shape.of(1, 2, 2);
    List<Tensor> y =
        KernelContract.reference(
            SearchKernels.TOP_K,
            p,
            List.of(x),
            List.of(new Output(DType.F32, shape), new Output(DType.I64, shape)));
    assertArrayEquals(new float[] {5, 9, 3, 8}, y.get(0).toFloats());
    assertArrayEquals(new long[] {1, 2, 2, 0}, y.get(1).toLongs());
  }

  @Test
  void theFirstOrLastOfEquals() {
    Tensor x = Tensor.of(new float[] {4, 7, 7, 1, 1, 2}, 2, 3);
    assertArrayEquals(new long[] {1, 2}, arg(true, false, x));
    assertArrayEquals(new long[] {2, 2}, arg(true, true, x));
    assertArrayEquals(new long[] {0, 0}, arg(false, false, x));
    assertArrayEquals(new long[] {0, 1}, arg(false, true, x));
  }

  private static long[] arg(boolean largest, boolean last, Tensor x) {
    ArgReduceProblem p = new ArgReduceProblem(largest, last, DType.F32, 2, 3, 1);
    Output y = new Output(DType.I64, Shape.of(2));
    return KernelContract.reference(SearchKernels.ARG_REDUCE, p, List.of(x), List.of(y))
        .get(0)
        .toLongs();
  }
}
