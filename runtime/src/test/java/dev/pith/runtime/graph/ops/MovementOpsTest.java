package dev.pith.runtime.graph.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.movement.ScatterReduction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Op;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MovementOpsTest {

  /** 0, 1, 2 … in the given shape. */
  private static Tensor count(long... dims) {
    return Tensor.of(LongStream.range(0, Shape.of(dims).elementCount()).toArray(), dims);
  }

  private static Tensor longs(long... values) {
    return Tensor.of(values, values.length);
  }

  private static void check(Op op, Shape shape, long[] expected, Tensor... inputs) {
    Tensor y = OneNode.one(op, inputs);
    assertEquals(shape, y.shape());
    assertArrayEquals(expected, y.toLongs());
  }

  private static void refuses(String reason, Op op, Tensor... inputs) {
    String message = OneNode.refusal(op, inputs);
    assertTrue(message.contains("node n (" + op.name() + ")"), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void slices() {
    Slice slice = new Slice();
    Tensor x = count(5);
    check(slice, Shape.of(2), new long[] {1, 2}, x, longs(1), longs(3));
    check(slice, Shape.of(2), new long[] {3, 4}, x, longs(-2), longs(Long.MAX_VALUE));
    check(slice, Shape.of(3), new long[] {4, 2, 0}, x, longs(9), longs(-9), longs(0), longs(-2));
    check(
        slice,
        Shape.of(5),
        new long[] {4, 3, 2, 1, 0},
        x,
        longs(-1),
        longs(Long.MIN_VALUE),
        longs(-1),
        longs(-1));
    check(slice, Shape.of(1), new long[] {0}, x, longs(0), longs(5), null, longs(Long.MAX_VALUE));
    check(slice, Shape.of(0), new long[] {}, x, longs(3), longs(1));
    check(slice, Shape.of(0), new long[] {}, count(0), longs(0), longs(3), longs(0), longs(-1));
    check(
        slice, Shape.of(1, 1), new long[] {5}, count(2, 3), longs(2, 1), longs(3, 2), longs(1, 0));
    refuses("step along axis 0 is 0", slice, x, longs(0), longs(1), longs(0), longs(0));
    refuses("differ in length", slice, x, longs(0, 1), longs(1));
    refuses("axis 1 is outside shape [5]", slice, x, longs(0), longs(1), longs(1));
  }

  @Test
  void pads() {
    Tensor x = count(3);
    check(
        new Pad(Pad.Mode.CONSTANT),
        Shape.of(6),
        new long[] {7, 0, 1, 2, 7, 7},
        x,
        longs(1, 2),
        Tensor.scalar(7L));
    check(new Pad(Pad.Mode.CONSTANT), Shape.of(3), new long[] {1, 2, 0}, x, longs(-1, 1));
    check(new Pad(Pad.Mode.EDGE), Shape.of(7), new long[] {0, 0, 0, 1, 2, 2, 2}, x, longs(2, 2));
    check(
        new Pad(Pad.Mode.REFLECT),
        Shape.of(13),
        new long[] {1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1},
        x,
        longs(5, 5));
    check(
        new Pad(Pad.Mode.WRAP),
        Shape.of(10),
        new long[] {2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
        x,
        longs(4, 3));
    check(new Pad(Pad.Mode.REFLECT), Shape.of(3), new long[] {0, 0, 0}, count(1), longs(1, 1));
    check(
        new Pad(Pad.Mode.REFLECT),
        Shape.of(2, 4),
        new long[] {1, 0, 1, 0, 3, 2, 3, 2},
        count(2, 2),
        longs(1, 1),
        null,
        longs(-1));
    refuses("[1] are not two for each of 1 axes", new Pad(Pad.Mode.EDGE), x, longs(1));
    refuses("leave nothing of axis 0", new Pad(Pad.Mode.CONSTANT), x, longs(-2, -2));
    refuses("leave nothing of axis 0", new Pad(Pad.Mode.WRAP), count(0), longs(1, 0));
    refuses("cannot pad", new Pad(Pad.Mode.CONSTANT), x, longs(1, 1), Tensor.scalar(1f));
  }

  @Test
  void joinsAndSplits() {
    check(new Concat(-1), Shape.of(2, 3), new long[] {0, 0, 1, 1, 2, 3}, count(2, 1), count(2, 2));
    refuses("cannot join I64[2, 1] along axis 0", new Concat(0), count(2, 1), count(2, 2));
    refuses("cannot join", new Concat(0), count(2), Tensor.of(new int[] {1}, 1));
    List<Tensor> parts = OneNode.run(new Split(1), 3, count(2, 5));
    assertEquals(Shape.of(2, 2), parts.get(1).shape());
    assertArrayEquals(new long[] {4, 9}, parts.get(2).toLongs());
    parts = OneNode.run(new Split(0), 2, count(5), longs(4, 1));
    assertArrayEquals(new long[] {4}, parts.get(1).toLongs());
    refuses("parts of [2, 3] for 1 outputs", new Split(0), count(5), longs(2, 3));
  }

  @Test
  void axesChangePlaces() {
    Tensor x = count(2, 3);
    check(new Transpose(List.of()), Shape.of(3, 2), new long[] {0, 3, 1, 4, 2, 5}, x);
    check(new Transpose(List.of(0L, 1L)), Shape.of(2, 3), new long[] {0, 1, 2, 3, 4, 5}, x);
    refuses("order [0, 0] has axis 0 twice", new Transpose(List.of(0L, 0L)), x);
    refuses("order [0] does not fit", new Transpose(List.of(0L)), x);
    check(
        new Tile(), Shape.of(2, 4), new long[] {0, 1, 0, 1, 0, 1, 0, 1}, count(1, 2), longs(2, 2));
    check(new Tile(), Shape.of(0, 2), new long[] {}, count(1, 2), longs(0, 1));
    refuses("repeats [2] do not fit", new Tile(), count(1, 2), longs(2));
    check(new Expand(), Shape.of(2, 2), new long[] {0, 0, 1, 1}, count(2, 1), longs(1, 2));
    refuses("do not broadcast", new Expand(), count(2), longs(3));
    Tensor square = count(1, 4, 1, 2);
    check(
        new DepthToSpace(2, false),
        Shape.of(1, 1, 2, 4),
        new long[] {0, 2, 1, 3, 4, 6, 5, 7},
        square);
    check(
        new SpaceToDepth(2),
        square.shape(),
        square.toLongs(),
        OneNode.one(new DepthToSpace(2, false), square));
    refuses("do not divide into blocks of 3x3", new DepthToSpace(3, false), square);
  }

  @Test
  void views() {
    Tensor x = count(1, 3, 1);
    check(new Squeeze(), Shape.of(3), new long[] {0, 1, 2}, x);
    check(new Squeeze(), Shape.of(1, 3), new long[] {0, 1, 2}, x, longs(-1));
    refuses("axis 1 of I64[1, 3, 1] cannot be dropped", new Squeeze(), x, longs(1));
    check(new Unsqueeze(), Shape.of(1, 3, 1), new long[] {0, 1, 2}, count(3), longs(0, -1));
    refuses("axes [0, 0] cannot be put", new Unsqueeze(), count(3), longs(0, 0));
    check(new Flatten(-1), Shape.of(3, 1), new long[] {0, 1, 2}, x);
    check(new Flatten(3), Shape.of(3, 1), new long[] {0, 1, 2}, x);
    refuses("axis 4 is outside", new Flatten(4), x);
  }

  @Test
  void trianglesBoxesAndConditions() {
    check(new Trilu(true), Shape.of(2, 3), new long[] {0, 1, 2, 0, 4, 5}, count(2, 3));
    check(new Trilu(false), Shape.of(2, 3), new long[] {0, 0, 0, 3, 0, 0}, count(2, 3), longs(-1));
    check(
        new CenterCropPad(List.of()),
        Shape.of(1, 4),
        new long[] {0, 2, 3, 0},
        count(3, 2),
        longs(1, 4));
    Tensor condition = Tensor.ofBytes(DType.BOOL, new byte[] {0, 1, 1, 0, 1}, 5);
    check(new Compress(0), Shape.of(3), new long[] {1, 2, 4}, count(6), condition);
    refuses("5 conditions are more than axis 0", new Compress(0), count(4), condition);
  }

  @Test
  void indices() {
    check(
        new Gather(1),
        Shape.of(2, 1, 2),
        new long[] {2, 0, 5, 3},
        count(2, 3),
        Tensor.of(new long[] {2, 0}, 1, 2));
    refuses("index 3 (number 0) is outside [-3, 3)", new Gather(0), count(3), longs(3));
    refuses("indices are I32 or I64", new Gather(0), count(3), Tensor.scalar(1f));
    refuses(
        "updates I64[2] do not fit",
        new ScatterElements(0, ScatterReduction.NONE),
        count(3),
        longs(0),
        longs(1, 2));
    refuses(
        "do not fit [3] behind 0 axes",
        new ScatterND(ScatterReduction.ADD),
        count(3),
        Tensor.of(new long[] {0, 0}, 1, 2),
        longs(1));
  }

  @Test
  void valuesFromShapesAndValues() {
    check(new ShapeOf(-2, 9), Shape.of(2), new long[] {3, 4}, count(2, 3, 4));
    check(new ShapeOf(2, 1), Shape.of(0), new long[] {}, count(2, 3, 4));
    check(new SizeOf(), Shape.SCALAR, new long[] {24}, count(2, 3, 4));
    check(new Range(), Shape.of(3), new long[] {5, 3, 1}, number(5), number(0), number(-2));
    check(new Range(), Shape.of(0), new long[] {}, number(5), number(0), number(2));
    refuses("in steps of 0", new Range(), number(5), number(0), number(0));
    refuses("too many", new Range(), number(0), number(1L << 40), number(1));
    check(
        new NonZero(),
        Shape.of(2, 2),
        new long[] {0, 1, 1, 0},
        Tensor.of(new long[] {0, 3, -1, 0}, 2, 2));
    check(new EyeLike(DType.I32, 1), Shape.of(2, 3), new long[] {0, 1, 0, 0, 0, 1}, count(2, 3));
    List<Tensor> unique = OneNode.run(new Unique(0, true), 4, longs(7, 2, 7, 5));
    assertArrayEquals(new long[] {2, 5, 7}, unique.get(0).toLongs());
    assertArrayEquals(new long[] {1, 3, 0}, unique.get(1).toLongs());
    assertArrayEquals(new long[] {2, 0, 2, 1}, unique.get(2).toLongs());
    assertArrayEquals(new long[] {1, 1, 2}, unique.get(3).toLongs());
    unique = OneNode.run(new Unique(0, false), 1, longs(7, 2, 7, 5));
    assertArrayEquals(new long[] {7, 2, 5}, unique.get(0).toLongs());
  }

  private static Tensor number(long value) {
    return Tensor.scalar(value);
  }

  @Test
  void typesThatDoNotFitAreNamed() {
    refuses("EXP is not defined on I64[3]", Unary.of(UnaryFunction.EXP), count(3));
    refuses(
        "the element types differ", new Binary(BinaryFunction.ADD), count(3), Tensor.scalar(1f));
    refuses("AND is not defined on I64[3]", new Binary(BinaryFunction.AND), count(3), count(3));
    refuses("the condition is I64[3], not BOOL", new Where(), count(3), count(3), count(3));
    refuses("the widths differ", new BitCast(DType.F32), count(3));
  }
}
