package dev.pith.compress.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.train.QuantizationAware.Ranges;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.ops.Quantize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationAwareTest {

  private static final SyntheticData DATA = new SyntheticData(192, 4, 1.5f, 1, 1, 8, 8);
  private static final QuantizeSpec INT8 = QuantizeSpec.parse("int8");

  private static QuantizationAware aware(Ranges ranges) {
    return new QuantizationAware(INT8, DATA, 32, ranges);
  }

  /** Every operation with an int8 form: residual sums, gates, averages, maxima, tables. */
  private static Graph network() {
    NetworkBuilder net = new NetworkBuilder("everything", 4);
    String x = net.relu(net.conv(net.input("input", 1, 8, 8), 8, 3, 1, 1, 1, true, 2));
    String y = net.conv(x, 8, 3, 1, 1, 1, true, 2);
    y = net.relu(net.sum(x, y));
    y = net.function(UnaryFunction.HARD_SWISH, net.conv(y, 8, 3, 1, 1, 8, true, 2), 0, 0);
    y = net.maxPool(y, 2, 2, 0);
    y = net.function(UnaryFunction.SIGMOID, net.conv(y, 12, 1, 1, 0, 1, true, 2), 0, 0);
    y = net.averagePool(y, 2, 2);
    return net.build(net.linear(net.flatten(net.relu(net.conv(y, 16, 1, 1, 0))), 4, 1));
  }

  @ParameterizedTest
  @EnumSource(Ranges.class)
  void theExportedGraphComputesTheSameBits(Ranges ranges) throws IOException {
    Trainer.Result trained =
        new Trainer(TrainSettings.adam(10, 16, 5e-3)).train(network(), DATA, DATA, p -> {});
    Graph dense = Pipeline.standard().run(trained.graph());
    for (QuantizeSpec spec : List.of(INT8.withReduceRange(true), INT8.withKeep(List.of("conv3")))) {
      QuantizationAware technique = new QuantizationAware(spec, DATA, 32, ranges);
      Simulated simulated = new Simulated();
      Trainer.Result result =
          new Trainer(TrainSettings.adam(1, 16, 5e-4), technique, simulated)
              .train(dense, DATA, DATA, TrainListener.NONE);
      assertTrue(
          result.accuracy() > trained.accuracy() - 0.03,
          trained.accuracy() + " became " + result.accuracy());
      assertTrue(result.graph().constants().values().stream().anyMatch(c -> c.dtype() == DType.I8));
      SessionOptions options = SessionOptions.defaults().withDevice("cpu").withThreads(1);
      try (Model model = Model.of(result.graph());
          Session session = model.newSession(options)) {
        String output = result.graph().outputNames().get(0);
        for (int i = 0; i < simulated.inputs.size(); i++) {
          float[] expected = simulated.outputs.get(i);
          float[] actual = session.run(simulated.inputs.get(i)).get(output).toFloats();
          assertArrayEquals(expected, actual, "sample " + i);
        }
      }
    }
  }

  /** Records, at the end of training, what the simulated int8 network answers. */
  private static final class Simulated extends Technique {
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<float[]> outputs = new ArrayList<>();

    @Override
    String name() {
      return "simulated";
    }

    @Override
    Graph finish(TrainingRun run, Graph graph) {
      for (int i = 0; i < 50; i++) {
        Tensor x = DATA.sample(i).reshaped(Shape.of(1, 1, 8, 8));
        inputs.add(x);
        outputs.add(run.graph().run(Map.of("input", x)).values().iterator().next().toFloats());
      }
      return graph;
    }
  }

  @ParameterizedTest
  @EnumSource(Ranges.class)
  void trainingRepairsWhatRoundingBroke(Ranges ranges) throws IOException {
    Graph dense =
        new Trainer(TrainSettings.adam(2, 16, 3e-3)).train(network(), DATA, null, p -> {}).graph();
    List<Double> losses = new ArrayList<>();
    Trainer.Result result =
        new Trainer(TrainSettings.adam(2, 16, 1e-3), aware(ranges))
            .train(dense, DATA, null, p -> losses.add(p.loss()));
    assertTrue(result.loss() < losses.get(0), losses.get(0) + " became " + result.loss());
  }

  @Test
  void scalesAreLearnedAndZeroPointsStay() throws IOException {
    Map<Ranges, List<Quantize>> inputs = new EnumMap<>(Ranges.class);
    for (Ranges ranges : Ranges.values()) {
      Graph quantized =
          new Trainer(TrainSettings.sgd(0.5, 16, 0.01), aware(ranges))
              .train(network(), DATA, null, p -> {})
              .graph();
      List<Quantize> ops = new ArrayList<>();
      quantized.nodes().stream()
          .filter(node -> node.op() instanceof Quantize)
          .forEach(node -> ops.add((Quantize) node.op()));
      inputs.put(ranges, ops);
    }
    Quantize observed = inputs.get(Ranges.OBSERVED).get(0);
    Quantize learned = inputs.get(Ranges.LEARNED).get(0);
    assertEquals(observed.zeroPoint(), learned.zeroPoint());
    assertNotEquals(observed.scale(), learned.scale());
    assertEquals(observed.scale(), learned.scale(), 0.2 * observed.scale());
  }

  @ParameterizedTest
  @EnumSource(Ranges.class)
  void zerosStayZerosAndTrainingResumes(Ranges ranges, @TempDir Path directory) throws IOException {
    Graph sparse = Pruner.prune(network(), PruneSpec.parse("block2x4:0.75,min=1"));
    TrainSettings settings = TrainSettings.sgd(4, 32, 0.01);
    Trainer.Result whole =
        new Trainer(settings, new KeepZeros(), aware(ranges)).train(sparse, DATA, null, p -> {});
    int layers = 0;
    for (String name : whole.graph().constants().keySet()) {
      String source = name.replace("_i8", "");
      if (!name.equals(source)) {
        float[] before = Weights.floats(sparse, source);
        float[] after = Weights.floats(whole.graph(), name);
        for (int i = 0; i < before.length; i++) {
          assertTrue(before[i] != 0 || after[i] == 0, name + "[" + i + "]");
        }
        layers++;
      }
    }
    assertEquals(6, layers);
    Path file = directory.resolve("checkpoint");
    assertThrows(
        IllegalStateException.class,
        () ->
            new Trainer(settings, new KeepZeros(), aware(ranges))
                .withCheckpoint(file, false)
                .train(
                    sparse,
                    DATA,
                    null,
                    p -> {
                      if (p.step() == 14) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    Trainer.Result resumed =
        new Trainer(settings, new KeepZeros(), aware(ranges))
            .withCheckpoint(file, true)
            .train(sparse, DATA, null, p -> {});
    assertEquals(Weights.hash(whole), Weights.hash(resumed));
  }

  @Test
  void batchNormalizationMustBeFoldedBefore() {
    NetworkBuilder net = new NetworkBuilder("norm", 3);
    String x = net.batchNorm(net.conv(net.input("input", 1, 8, 8), 4, 3, 1, 1));
    Graph graph = net.build(net.linear(net.flatten(x), 4, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(TrainSettings.sgd(1, 32, 0.01), aware(Ranges.OBSERVED))
                    .train(graph, DATA, null, p -> {}));
    assertTrue(e.getMessage().contains("BatchNorm"), e.getMessage());
  }
}
