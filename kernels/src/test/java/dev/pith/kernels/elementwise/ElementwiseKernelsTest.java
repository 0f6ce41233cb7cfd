package dev.pith.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.kernels.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseKernelsTest {

  private static final float[] SPECIAL = {
    0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.5f, 2.5f, -2.5f
  };

  private static Shape shape(String text) {
    return text.isEmpty()
        ? Shape.SCALAR
        : Shape.of(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  private static Tensor random(DType type, Shape shape, long seed) {
    RandomTensors random = new RandomTensors(seed);
    Tensor numbers = random.floats(0, 3, shape.dims());
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), type, shape);
    for (long i = 0; i < shape.elementCount(); i++) {
      Elements.setDouble(
          type, tensor.values(), i, type.isFloat() ? numbers.getDouble(i) : numbers.getLong(i));
    }
    return tensor;
  }

  @ParameterizedTest
  @EnumSource(UnaryFunction.class)
  void unaryKernelsAgree(UnaryFunction function) {
    for (int count : new int[] {1, 9, 67, 4100}) {
      for (DType type : DType.values()) {
        if (!function.accepts(type) || type.bits() == 4) {
          continue;
        }
        Tensor x = random(type, Shape.of(count), count);
        if (type == DType.F32 && count == 67) {
          for (int i = 0; i < SPECIAL.length; i++) {
            x.values().set(Elements.F32, i * 4L, SPECIAL[i]);
          }
        }
        UnaryProblem problem = new UnaryProblem(function, type, Shape.of(count), 0.75f, 1.25f);
        List<String> names =
            KernelContract.checkClose(
                ElementwiseKernels.UNARY,
                problem,
                List.of(x),
                List.of(new Output(problem.output(), problem.shape())),
                2e-6,
                1e-7);
        if (type == DType.F32 && VectorUnaryLoop.FUNCTIONS.contains(function)) {
          if (X86UnaryCode.has(function)) {
            KernelContract.assertNames(names, "x86_unary", "vector_unary_f32", "reference_unary");
          } else {
            assertEquals(List.of("vector_unary_f32", "reference_unary"), names);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryFunction.class)
  void binaryKernelsAgree(BinaryFunction function) {
    for (DType type : DType.values()) {
      if (!function.accepts(type) || type.bits() == 4) {
        continue;
      }
      for (String[] shapes :
          new String[][] {{"2x3x37", "3x1"}, {"", "9"}, {"4099", "4099"}, {"1x40", "3x1"}}) {
        binary(function, type, shapes[0], shapes[1]);
        binary(function, type, shapes[1], shapes[0]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "2x3x4x5,2x3x4x5",
    "2x3x4x5,3x1x1",
    "2x3x4x5,1x1x4x5",
    "2x3x4x5,2x1x4x1",
    "2x3x4x5,5",
    "7x1x3,1x6x1",
    "4x0x3,3",
    "3x4097,4097",
    "3x4097,3x1",
    "64x3,64x1",
    "2x1x2x1x2,1x3x1x3x1",
  })
  void everyBroadcastPattern(String a, String b) {
    for (BinaryFunction function :
        List.of(BinaryFunction.SUB, BinaryFunction.DIV, BinaryFunction.PRELU)) {
      binary(function, DType.F32, a, b);
      binary(function, DType.F32, b, a);
    }
    binary(BinaryFunction.SUB, DType.I32, a, b);
    select(DType.F32, a, b, "1");
    select(DType.F32, a, "1", b);
    select(DType.I32, "1", a, b);
    select(DType.F32, b, a, a);
    select(DType.I64, a, b, a);
  }

  private static void binary(BinaryFunction function, DType type, String a, String b) {
    BinaryProblem problem = new BinaryProblem(function, type, shape(a), shape(b));
    List<Tensor> inputs = List.of(random(type, shape(a), 1), random(type, shape(b), 2));
    List<Output> outputs = List.of(new Output(problem.outputType(), problem.output()));
    KernelContract.checkClose(ElementwiseKernels.BINARY, problem, inputs, outputs, 1e-6, 1e-7);
  }

  private static void select(DType type, String condition, String a, String b) {
    SelectProblem problem = new SelectProblem(type, shape(condition), shape(a), shape(b));
    List<Tensor> inputs =
        List.of(
            random(DType.BOOL, shape(condition), 3),
            random(type, shape(a), 1),
            random(type, shape(b), 2));
    List<Output> outputs = List.of(new Output(type, problem.output()));
    KernelContract.check(ElementwiseKernels.SELECT, problem, inputs, outputs);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void castsAgreeBothWays(DType type) {
    for (DType other : DType.values()) {
      for (int count : new int[] {1, 13, 4100}) {
        CastProblem problem = new CastProblem(other, type, Shape.of(count));
        List<Tensor> inputs = List.of(random(other, Shape.of(count), 5));
        List<Output> outputs = List.of(new Output(type, Shape.of(count)));
        if (type.bits() == 4 && count % 2 == 1) {
          continue; // the other half of the last byte is nobody's
        }
        KernelContract.check(ElementwiseKernels.CAST, problem, inputs, outputs);
      }
    }
  }

  @Test
  void powersWithOneExponent() {
    Tensor x = new RandomTensors(1).floats(0, 3, 3, 67);
    for (float exponent : new float[] {2, 3, 0.5f, -1, 0}) {
      BinaryProblem problem =
          new BinaryProblem(BinaryFunction.POW, DType.F32, x.shape(), Shape.of(1));
      List<String> names =
          KernelContract.checkClose(
              ElementwiseKernels.BINARY,
              problem,
              List.of(x, Tensor.of(new float[] {exponent}, 1)),
              List.of(new Output(DType.F32, x.shape())),
              1e-6,
              0);
      assertEquals(List.of("vector_power_f32", "reference_binary"), names);
    }
  }

  @Test
  void integersFollowTheirDefinitions() {
    assertEquals(0, BinaryFunction.DIV.apply(7L, 0L, false));
    assertEquals(-3, BinaryFunction.DIV.apply(-7L, 2L, false));
    assertEquals(1, BinaryFunction.MOD.apply(-7L, 2L, false));
    assertEquals(-1, BinaryFunction.REMAINDER.apply(-7L, 2L, false));
    assertEquals(-1L >>> 1, BinaryFunction.DIV.apply(-1L, 2L, true));
    assertEquals(1, BinaryFunction.GREATER.apply(-1L, 2L, true));
    assertEquals(-243, BinaryFunction.POW.apply(-3L, 5L, false));
    assertEquals(0, BinaryFunction.POW.apply(-3L, -5L, false));
    assertEquals(0, BinaryFunction.SHIFT_LEFT.apply(1L, 64L, true));
    assertEquals(1.5, BinaryFunction.MOD.apply(-0.5, 2.0));
    assertEquals(-0.5, BinaryFunction.REMAINDER.apply(-0.5, 2.0));
    assertEquals(-1, UnaryFunction.SIGN.apply(-9L, false, 0, 0));
  }

  @Test
  void undefinedTypesAreRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new UnaryProblem(UnaryFunction.EXP, DType.I32, Shape.of(1), 0, 0));
    assertTrue(e.getMessage().contains("EXP is not defined on I32"), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BinaryProblem(BinaryFunction.AND, DType.F32, Shape.of(1), Shape.of(1)));
    assertTrue(e.getMessage().contains("AND is not defined on F32"), e.getMessage());
  }
}
