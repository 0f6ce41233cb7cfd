package dev.pith.compress.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.pass.Pass;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.GraphPrinter;
import dev.pith.runtime.graph.GraphVerifier;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * What every pass is held to: the text of the graph before and after is as the golden file says,
 * the result is legal, gives the same answers with reference kernels, and has nothing left to do.
 */
public final class PassCheck {

  private PassCheck() {}

  /** Checks {@code pass} on {@code graph}; the golden file is {@code passes/name.txt}. */
  public static Graph check(String name, Pass pass, Graph graph) {
    GraphVerifier.verify(graph, "test");
    Graph after = pass.apply(graph);
    GraphVerifier.verify(after, "pass " + pass.name());
    assertEquals(after, pass.apply(after), "a second time the pass finds more to do");
    Golden.check(
        "passes/" + name + ".txt",
        "before\n" + GraphPrinter.print(graph) + "\nafter\n" + GraphPrinter.print(after));
    sameAnswers(graph, after);
    return after;
  }

  /** Checks that {@code pass} leaves {@code graph} alone. */
  public static void unchanged(Pass pass, Graph graph) {
    assertEquals(graph, pass.apply(graph));
  }

  private static void sameAnswers(Graph before, Graph after) {
    GraphEvaluator evaluator = new GraphEvaluator(Target.plainCpu(1));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Random random = new Random(11);
    before.inputs().forEach(input -> inputs.put(input.name(), sample(input, random)));
    Map<String, Tensor> expected = evaluator.run(before, inputs);
    Map<String, Tensor> actual = evaluator.run(after, inputs);
    expected.forEach(
        (name, tensor) -> {
          Tensor result = actual.get(name);
          assertEquals(tensor.toString(), result.toString());
          double largest = 0;
          double difference = 0;
          for (long i = 0; i < tensor.shape().elementCount(); i++) {
            largest = Math.max(largest, Math.abs(tensor.getDouble(i)));
            difference = Math.max(difference, Math.abs(tensor.getDouble(i) - result.getDouble(i)));
          }
          double bound = tensor.dtype().isFloat() ? (tensor.dtype() == DType.F32 ? 1e-5 : 2e-3) : 0;
          assertTrue(
              difference <= bound * largest, name + " is off by " + difference + " of " + largest);
        });
  }

  private static Tensor sample(ValueInfo input, Random random) {
    long[] dims = input.dims().stream().mapToLong(d -> d.isKnown() ? d.size() : 3).toArray();
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), input.dtype(), Shape.of(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      Elements.setDouble(input.dtype(), tensor.values(), i, random.nextGaussian());
    }
    return tensor;
  }
}
