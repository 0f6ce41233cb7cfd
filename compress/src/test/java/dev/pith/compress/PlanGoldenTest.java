package dev.pith.compress;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.onnx.OnnxImporter;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.testing.Golden;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Specializer;
import dev.pith.runtime.plan.tune.KernelChooser;
import dev.pith.runtime.plan.tune.TimingStore;
import dev.pith.runtime.plan.tune.Trial;
import dev.pith.runtime.plan.tune.TrialMaker;
import dev.pith.runtime.plan.tune.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The choice of kernels for real models on machines that need not be here: nothing is timed. A new
 * kernel or a new refusal shows as a difference.
 */
class PlanGoldenTest {

  private static final Target AVX2 =
      new Target(
          Target.Kind.CPU, "amd64", Set.of("x86_code", "avx", "fma", "f16c", "avx2"), 256, 2);

  private static final Target VECTORS = new Target(Target.Kind.CPU, "aarch64", Set.of(), 128, 2);

  /** Nothing may be timed. */
  private static final TrialMaker NO_TRIALS =
      new TrialMaker() {
        @Override
        public boolean warmsUp(Kernel<Problem> kernel) {
          return true;
        }

        @Override
        public Trial prepare(Kernel<Problem> kernel, Problem problem, Operands operands) {
          throw new IllegalStateException(kernel.name() + " would be timed");
        }
      };

  @ParameterizedTest
  @CsvSource({
    "mnist-8, avx2",
    "cifar10_resnet_2b, avx2",
    "cifar10_resnet_2b, vectors",
    "cifar10_mobilenetv2_qlinear_int8, avx2"
  })
  void kernelsAreChosenAsBefore(String model, String machine) throws IOException {
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "pith.data is not set");
    Path file = Path.of(data, "models", model + ".onnx");
    Graph graph = Pipeline.standard().run(OnnxImporter.read(file));
    Target target = machine.equals("avx2") ? AVX2 : VECTORS;
    Planner planner = new Planner(chooser(target), MemoryPlan.ALIGNMENT);
    String text = planner.plan(specialized(graph)).explain();
    Golden.check("plans/" + model + "-" + machine + ".txt", text);
  }

  private static KernelChooser chooser(Target target) {
    TimingStore store = TimingStore.of(Path.of("nowhere"), "none", target);
    return new KernelChooser(PlanGoldenTest::host, target, Tuning.OFF, NO_TRIALS, store);
  }

  private static List<Kernel<Problem>> host(KernelFamily<Problem> family) {
    return family.kernels().stream().filter(kernel -> kernel instanceof HostKernel).toList();
  }

  /** The graph for a batch of one. */
  private static Specializer.Specialized specialized(Graph graph) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    for (ValueInfo input : graph.inputs()) {
      long[] dims = input.dims().stream().mapToLong(Dim::size).map(d -> d < 0 ? 1 : d).toArray();
      types.put(input.name(), new TensorType(input.dtype(), Shape.of(dims)));
    }
    GraphEvaluator evaluator = new GraphEvaluator(Target.plainCpu(1));
    return new Specializer(evaluator::evaluate).specialize(graph, types, Map.of());
  }
}
