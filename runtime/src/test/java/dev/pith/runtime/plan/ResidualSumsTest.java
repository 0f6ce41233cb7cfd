package dev.pith.runtime.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.QConvAddProblem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.Identity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which additions become part of a convolution, and what the joined step reads. */
class ResidualSumsTest {

  private static final Shape SHAPE = Shape.of(1, 4, 3, 3);
  private static final TensorType TYPE = new TensorType(DType.U8, SHAPE);

  private static final ConvGeometry GEOMETRY =
      new ConvGeometry(
          1,
          4,
          4,
          1,
          List.of(3L, 3L),
          List.of(1L, 1L),
          List.of(1L, 1L),
          List.of(1L, 1L),
          List.of(0L, 0L),
          List.of(0L, 0L));

  private static Step step(
      Problem problem, List<String> inputs, List<Tensor> constants, String output) {
    List<TensorType> types = new ArrayList<>();
    for (Tensor constant : constants) {
      types.add(constant == null ? TYPE : new TensorType(constant.dtype(), constant.shape()));
    }
    Node node = new Node(output, new Identity(), inputs, List.of(output));
    return new Step(node, problem, Selection.none(List.of()), constants, types, List.of(TYPE));
  }

  private static Step conv(String input, String output) {
    Tensor weight = Tensor.allocate(Arena.ofAuto(), DType.I8, Shape.of(4, 1, 1, 4));
    Tensor scale = Tensor.allocate(Arena.ofAuto(), DType.F32, Shape.of(4));
    return step(
        new QConvProblem(GEOMETRY, Dense.LAYOUT, false, new Requantize(DType.U8, 0, 0, 0, 255)),
        List.of(input, output + ".w", output + ".s"),
        Arrays.asList(null, weight, scale),
        output);
  }

  private static Step add(String a, String b, String output) {
    return step(
        new QAddProblem(SHAPE, SHAPE, 1, 0.5f, 2, 0.25f, 3, 0, 255),
        List.of(a, b),
        Arrays.asList(null, null),
        output);
  }

  private static List<Step> join(Map<String, String> aliases, boolean isPossible, Step... steps) {
    Plan plan =
        new Plan(
            Map.of("x", TYPE),
            List.of(steps),
            aliases,
            Map.of(),
            Map.of(),
            new MemoryPlan(Map.of(), 0),
            List.of(steps[steps.length - 1].node().output(0)));
    return ResidualSums.join(plan, step -> isPossible).steps();
  }

  private static List<String> names(List<Step> steps) {
    return steps.stream().map(step -> step.node().name()).toList();
  }

  @Test
  void theConvolutionsOutputIsTheFirstSummand() {
    List<Step> steps = join(Map.of(), true, conv("x", "c"), add("x", "c", "y"));
    assertEquals(List.of("c + y"), names(steps));
    Step both = steps.get(0);
    assertEquals(List.of("x", "x", "c.w", "c.s"), both.node().inputs());
    assertEquals(List.of("y"), both.node().outputs());
    assertEquals(DType.I8, both.constants().get(QConvAddProblem.WEIGHT).dtype());
    assertEquals(
        new QAddProblem(SHAPE, SHAPE, 2, 0.25f, 1, 0.5f, 3, 0, 255),
        ((QConvAddProblem) both.problem()).add());
  }

  @Test
  void theLaterOfTwoConvolutionsIsJoined() {
    List<Step> steps = join(Map.of(), true, conv("x", "c"), conv("x", "d"), add("c", "d", "y"));
    assertEquals(List.of("c", "d + y"), names(steps));
    assertEquals("c", steps.get(1).node().input(1));
  }

  @Test
  void outputsThatOthersReadAreKept() {
    Step c = conv("x", "c");
    assertEquals(
        List.of("c", "y", "z"),
        names(join(Map.of(), true, c, add("x", "c", "y"), add("c", "y", "z"))));
    assertEquals(List.of("c", "y"), names(join(Map.of(), true, c, add("c", "c", "y"))));
    assertEquals(List.of("c", "y"), names(join(Map.of("v", "c"), true, c, add("x", "c", "y"))));
  }

  @Test
  void nothingIsJoinedThatTheDeviceHasNoKernelFor() {
    assertEquals(
        List.of("c", "y"), names(join(Map.of(), false, conv("x", "c"), add("x", "c", "y"))));
  }
}
