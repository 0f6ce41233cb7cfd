package dev.pith.bench.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.bench.measure.Machine;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.opencl.OpenClBackend;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Benchmarks compare like with like: every kernel and the peer compute the same layer. */
class LayersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i8/linear/m9/k20/n12/dense",
        "i8/linear/m17/k64/n24/block2x4:0.8",
        "i8/linear/m1/k40/n33/block16x4:0.5",
        "i8/conv/c8/o6/h9/w7/k3/block2x4:0.5",
        "i8/conv/c8/o8/h10/k3/s2/g8/b2/dense",
        "f32/linear/m9/k20/n12/csr:0.9",
        "f32/conv/c6/o4/h8/k3/g2/dense",
        "f32/conv/c5/o7/h6/w9/k1/s2/csr:0.5",
      })
  void everyKernelAgreesWithThePeer(String text) {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(text));
    Target target = Machine.target(1);
    try (OrtLayer peer = OrtLayer.open(operands, 1)) {
      peer.run();
      List<String> kernels = PithLayer.kernels(operands.problem(), target);
      assertTrue(kernels.getLast().startsWith("reference_"), kernels.toString());
      for (String kernel : kernels) {
        PithLayer layer = PithLayer.open(operands, kernel, target);
        layer.run();
        double difference = peer.difference(layer.output());
        assertTrue(
            difference <= (operands.spec().isInt8() ? 1 : 1e-5),
            text + " by " + kernel + " is off by " + difference);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i8/linear/m17/k64/n24/block2x4:0.8",
        "i8/conv/c8/o6/h9/w7/k3/block2x4:0.5",
        "i8/conv/c8/o8/h10/k3/s2/g8/b2/dense",
        "f32/linear/m9/k20/n12/csr:0.9",
        "f32/conv/c6/o4/h8/k3/g2/dense",
      })
  void sessionsComputeTheSameLayerWithAnyNumberOfThreads(String text) {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(text));
    String reference = PithLayer.kernels(operands.problem(), Machine.target(1)).getLast();
    PithLayer oracle = PithLayer.open(operands, reference, Machine.target(1));
    oracle.run();
    for (int threads = 1; threads <= 3; threads++) {
      SessionOptions options = SessionOptions.defaults().withDevice("cpu").withThreads(threads);
      try (SessionLayer layer = SessionLayer.open(operands, options)) {
        layer.run();
        double difference = layer.difference(oracle.output());
        assertTrue(difference <= (operands.spec().isInt8() ? 0 : 1e-5), text + ": " + difference);
        assertTrue(layer.weightBytes() >= operands.weight().byteSize());
        assertFalse(layer.kernels().isEmpty());
      }
    }
  }

  @Test
  void layersInARowGiveTheSameWithAnyNumberOfThreads() {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse("i8/conv/c8/o8/h9/k3/dense"));
    SessionOptions options = SessionOptions.defaults().withDevice("cpu");
    try (SessionLayer one = SessionLayer.open(operands, 3, options.withThreads(1));
        SessionLayer two = SessionLayer.open(operands, 3, options.withThreads(2));
        SessionLayer single = SessionLayer.open(operands, options)) {
      List.of(one, two, single).forEach(Runnable::run);
      assertEquals(0, two.difference(one.output()));
      assertTrue(single.difference(one.output()) > 0);
    }
    LayerOperands wider = LayerOperands.of(LayerSpec.parse("i8/conv/c8/o4/h9/k3/dense"));
    assertThrows(IllegalArgumentException.class, () -> SessionLayer.open(wider, 2, options));
  }

  @Tag("opencl")
  @ParameterizedTest
  @ValueSource(strings = {"i8/linear/m17/k64/n24/block2x4:0.8", "f32/conv/c6/o4/h8/k3/dense"})
  void devicesComputeTheSameLayer(String text) {
    assumeTrue(new OpenClBackend().availability().isAvailable(), "no OpenCL device");
    LayerOperands operands = LayerOperands.of(LayerSpec.parse(text));
    String reference = PithLayer.kernels(operands.problem(), Machine.target(1)).getLast();
    PithLayer oracle = PithLayer.open(operands, reference, Machine.target(1));
    oracle.run();
    SessionOptions options = SessionOptions.defaults().withDevice("opencl");
    try (DeviceLayer layer = DeviceLayer.open(operands, "first", options)) {
      layer.run();
      double difference = layer.difference(oracle.output());
      assertTrue(difference <= (operands.spec().isInt8() ? 0 : 1e-5), text + ": " + difference);
      assertTrue(layer.weightBytes() > 0);
    }
  }

  @Test
  void theSyntaxIsUnderstood() {
    LayerSpec spec = LayerSpec.parse("f32/conv/c64/o32/h28/k3/s2/block4x4:0.75");
    assertEquals(new BlockLayout(4, 4), spec.layout());
    assertEquals(0.75, spec.sparsity());
    LayerOperands operands = LayerOperands.of(spec);
    assertEquals(0.25, operands.density(), 0.05);
    ConvProblem problem = (ConvProblem) operands.problem();
    assertEquals(14, problem.geometry().output(0));
    assertEquals(64L * 32 * 9 * 14 * 14, problem.work());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i8/conv/dense",
        "i8/pool/c1/o1/h1/k1/dense",
        "i16/linear/m1/k1/n1/dense",
        "i8/linear/m1/k1/dense",
        "i8/linear/m1/k1/n0/dense",
        "i8/linear/m1/k1/n1/ellpack",
        "i8/linear/m1/k1/n1/csr:1.5",
      })
  void mistakesAreNamed(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> LayerSpec.parse(text)).getMessage();
    assertTrue(message.contains(text), message);
  }

  @Test
  void unknownKernelsAreRefusedWithTheKnownOnes() {
    LayerOperands operands = LayerOperands.of(LayerSpec.parse("i8/linear/m9/k20/n12/dense"));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> PithLayer.open(operands, "no_such_kernel", Machine.target(1)))
            .getMessage();
    assertTrue(message.contains("reference_q_linear"), message);
  }
}
