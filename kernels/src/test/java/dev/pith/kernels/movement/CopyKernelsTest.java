package dev.pith.kernels.movement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyKernelsTest {

  private static Tensor random(DType type, Shape shape) {
    byte[] bytes = new byte[(int) type.byteSize(shape.elementCount())];
    new Random(shape.hashCode()).nextBytes(bytes);
    if (type == DType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    return Tensor.ofBytes(type, bytes, shape.dims());
  }

  private static List<String> check(CopyProblem problem, Tensor... inputs) {
    List<Output> outputs =
        problem.outputs().stream().map(shape -> new Output(problem.dtype(), shape)).toList();
    return KernelContract.check(MovementKernels.COPY, problem, List.of(inputs), outputs);
  }

  private static void transpose(DType type, Shape shape, int... order) {
    StridedView view = StridedView.of(shape).permute(order);
    check(CopyProblem.builder(type, view.shape()).only(0, view), random(type, shape));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void transpositions(DType type) {
    transpose(type, Shape.of(8, 8), 1, 0);
    transpose(type, Shape.of(67, 131), 1, 0);
    transpose(type, Shape.of(2, 130, 66), 0, 2, 1);
    transpose(type, Shape.of(3, 4, 5, 6), 3, 1, 0, 2);
    transpose(type, Shape.of(3, 4, 5, 6), 0, 2, 1, 3);
    transpose(type, Shape.of(9, 1, 16), 2, 1, 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomViews(long seed) {
    Random random = new Random(seed);
    for (DType type : List.of(DType.U8, DType.F16, DType.F32, DType.I64, DType.I4)) {
      int rank = random.nextInt(5);
      long[] dims = random.longs(rank, 1, 12).toArray();
      Shape shape = Shape.of(dims);
      StridedView view = StridedView.of(shape);
      for (int axis = 0; axis < rank; axis++) {
        long start = random.nextLong(dims[axis]);
        switch (random.nextInt(4)) {
          case 0 -> view = view.slice(axis, start, -1, random.nextLong(start + 1) + 1);
          case 1 -> view = view.slice(axis, start, 0, 5);
          case 2 -> view = view.slice(axis, start % 2, 2, (dims[axis] - start % 2 + 1) / 2);
          default -> view = view.slice(axis, start, 1, dims[axis] - start);
        }
      }
      List<Integer> order = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        order.add(axis);
      }
      Collections.shuffle(order, random);
      view = view.permute(order.stream().mapToInt(Integer::intValue).toArray()).repeat(0, 3);
      if (type.bits() == 4) {
        view = view.repeat(0, 2);
      }
      check(CopyProblem.builder(type, view.shape()).only(0, view), random(type, shape));
    }
  }

  @Test
  void blocksWithFillsAndSeveralInputsAndOutputs() {
    Shape a = Shape.of(5, 70);
    Shape b = Shape.of(5, 9);
    CopyProblem.Builder builder =
        CopyProblem.builder(DType.F32, List.of(Shape.of(5, 100), Shape.of(70, 5)));
    CopyProblem problem =
        builder
            .copy(0, StridedView.of(a), 0, builder.output(0).slice(1, 0, 1, 70))
            .copy(1, StridedView.of(b), 0, builder.output(0).slice(1, 70, 1, 9))
            .fill(2, 0, builder.output(0).slice(1, 79, 1, 11))
            .fill(CopyBlock.ZEROS, 0, builder.output(0).slice(1, 99, -1, 10))
            .copy(0, StridedView.of(a).permute(1, 0), 1, builder.output(1))
            .build();
    List<String> names =
        check(problem, random(DType.F32, a), random(DType.F32, b), Tensor.scalar(1.5f));
    assertEquals(List.of("tiled_copy", "reference_copy"), names);
  }

  @Test
  void longRowsAndManyRows() {
    Shape shape = Shape.of(3, 50000);
    StridedView view = StridedView.of(shape).slice(1, 7, 1, 40001);
    check(CopyProblem.builder(DType.U8, view.shape()).only(0, view), random(DType.U8, shape));
    Shape narrow = Shape.of(9000, 3);
    view = StridedView.of(narrow).slice(1, 1, 1, 2);
    check(CopyProblem.builder(DType.F32, view.shape()).only(0, view), random(DType.F32, narrow));
    view = StridedView.of(Shape.of(0, 3));
    check(CopyProblem.builder(DType.F32, view.shape()).only(0, view), random(DType.F32, narrow));
  }

  @Test
  void mergedAxesMakeEqualProblems() {
    Shape shape = Shape.of(2, 3, 4);
    CopyBlock block = CopyBlock.of(0, StridedView.of(shape), 0, StridedView.of(shape));
    assertEquals(List.of(new CopyBlock.Axis(24, 1, 1)), block.axes());
  }

  @Test
  void positionsOutsideAreRefused() {
    StridedView view = StridedView.of(Shape.of(4, 5));
    Exception e = assertThrows(IllegalArgumentException.class, () -> view.slice(1, 3, 1, 3));
    assertTrue(e.getMessage().contains("positions 3 to 5 leave axis 1 of [4, 5]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> view.slice(1, 1, -1, 3));
    assertThrows(IllegalArgumentException.class, () -> view.split(1, 2));
    assertThrows(IllegalArgumentException.class, () -> view.broadcast(Shape.of(4, 6)));
  }
}
