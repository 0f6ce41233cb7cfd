package dev.pith.compress.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.prune.Pruner;
import dev.pith.compress.testing.Nets;
import dev.pith.kernels.Activation;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.layout.BitmaskLayout;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.QLinear;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackerTest {

  private static Graph net() {
    Nets net = new Nets(2);
    String x = net.conv("c0", "x", 3, 64, 3, Activation.RELU);
    x = net.conv("c1", x, 64, 64, 3, Activation.RELU);
    x = net.conv("dw", x, 64, 64, 3, 1, 64, Activation.RELU);
    x = net.conv("c2", x, 64, 48, 1, Activation.RELU);
    net.conv("c3", x, 48, 10, 1, Activation.NONE);
    return net.graph("c3", 3, 4, 4);
  }

  /** The same weights as int8, as quantization would leave them. */
  private static Tensor rounded(Tensor weight) {
    byte[] values = new byte[(int) weight.shape().elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) Math.clamp(Math.rint(weight.getDouble(i) * 400), -127.0, 127.0);
    }
    return Tensor.ofBytes(DType.I8, values, weight.shape().dims());
  }

  @ParameterizedTest
  @CsvSource({
    "unstructured:0.1, dense, dense",
    "unstructured:0.5, bitmask, bitmask",
    "unstructured:0.75, delta4, bitmask",
    "unstructured:0.85, delta4, delta4",
    "unstructured:0.97, delta8, delta8",
    "block1x4:0.6, block1x4, block1x4",
    "block2x4:0.6, block2x4, block2x4",
    "block4x4:0.6, block4x4, block4x4",
    "block16x4:0.6, block16x4, block16x4",
    "nm2:4, nm2:4, nm2:4",
    "nm1:4, nm1:4, nm1:4",
    "nm4:8, nm4:8, nm4:8"
  })
  void zerosDecideTheLayout(String spec, String floats, String bytes) {
    Tensor weight = Pruner.prune(net(), PruneSpec.parse(spec)).constants().get("c1_w");
    Tensor encoded = new LayoutChoice(weight).encode();
    boolean fits = encoded.layout().name().equals(floats);
    assertTrue(fits || floats.startsWith("delta"), "F32 in " + encoded.layout().name());
    Tensor int8 = rounded(weight);
    assertEquals(bytes, new LayoutChoice(int8).encode().layout().name());
    assertArrayEquals(int8.toFloats(), decoded(new LayoutChoice(int8).encode()).toFloats());
  }

  private static Tensor decoded(Tensor encoded) {
    return encoded.layout().decode(encoded, Arena.ofAuto());
  }

  @Test
  void theReportCountsEveryLayer() {
    Graph pruned = Pruner.prune(net(), PruneSpec.parse("block2x4:0.75"));
    Packer.Result result = Packer.packAndReport(pruned);
    assertEquals(5, result.layers().size());
    PackedLayer c1 = result.layers().get(1);
    assertEquals("c1", c1.name());
    assertEquals(0.75, c1.sparsity(), 1e-3);
    assertEquals("block2x4", c1.weight().layout().name());
    // A quarter of the values, an index of 16 bits for each 8 of them, offsets of 32 row pairs.
    assertEquals(36864 / 4 * 4 + 36864 / 32 * 2 + 33 * 4, c1.bytes());
    assertEquals(8.0 * c1.bytes() / 36864, c1.bitsPerWeight());
    assertEquals("dense", result.layers().get(2).weight().layout().name());
    for (PackedLayer layer : result.layers()) {
      assertArrayEquals(
          pruned.constants().get(layer.name() + "_w").toFloats(),
          decoded(layer.weight()).toFloats());
    }
  }

  @Test
  void theJudgeIsAskedAboutLayoutsThatLeaveZerosOut() {
    Graph pruned = Pruner.prune(net(), PruneSpec.parse("block2x4:0.75"));
    List<String> asked = new ArrayList<>();
    Packer.Result result =
        Packer.packAndReport(
            pruned,
            (layer, layout, sparsity) -> {
              asked.add(layer.name() + " " + layout.name());
              return false;
            });
    assertTrue(asked.contains("c1 block2x4"), asked.toString());
    assertTrue(result.layers().stream().allMatch(layer -> layer.weight().isDense()));
  }

  @Test
  void floatingPointLinearLayersAreSparseOnlyAtHighSparsity() {
    Linear linear = new Linear(Activation.NONE);
    Node node = new Node("l", linear, List.of("x", "w"), List.of("y"));
    WeightedLayer layer = new WeightedLayer(node, Tensor.of(new float[64], 8, 8));
    Layout blocks = new BlockLayout(2, 4);
    assertFalse(KnownSpeed.INSTANCE.allows(layer, blocks, 0.8));
    assertTrue(KnownSpeed.INSTANCE.allows(layer, blocks, 0.97));
    WeightedLayer int8 = new WeightedLayer(node, Tensor.ofBytes(DType.I8, new byte[64], 8, 8));
    assertTrue(KnownSpeed.INSTANCE.allows(int8, blocks, 0.5));
    assertFalse(KnownSpeed.INSTANCE.allows(int8, new BitmaskLayout(), 0.3));
  }

  @Test
  void fewDifferentValuesBecomeCodes() {
    Random random = new Random(1);
    float[] clustered = new float[4096];
    for (int i = 0; i < clustered.length; i++) {
      clustered[i] = (random.nextInt(15) - 7) * 0.25f;
    }
    Tensor encoded = new LayoutChoice(Tensor.of(clustered, 64, 64)).encode();
    assertTrue(encoded.layout().name().startsWith("codebook"), encoded.layout().name());
    assertTrue(8.0 * encoded.byteSize() / 4096 < 4.5);
    assertArrayEquals(clustered, decoded(encoded).toFloats());
  }

  @Test
  void sumsThatCouldOverflowAreRefused() {
    Nets net = new Nets(1);
    byte[] ones = new byte[70_000];
    java.util.Arrays.fill(ones, (byte) 127);
    net.constant("w", Tensor.ofBytes(DType.I8, ones, 1, ones.length));
    net.constant("s", Tensor.of(new float[] {1}, 1));
    net.node("y", new QLinear(new Requantize(DType.F32, 0, 0, 0, 0)), "x", "w", "s");
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> Packer.pack(net.graph("y", ones.length)));
    assertTrue(error.getMessage().contains("layer y"));
    assertTrue(error.getMessage().contains("overflow"));
  }

  @Test
  void packingTwiceChangesNothing() {
    Graph once = Packer.pack(Pruner.prune(net(), PruneSpec.parse("nm2:4")));
    Graph twice = Packer.pack(once);
    once.constants().forEach((name, value) -> assertEquals(value, twice.constants().get(name)));
  }
}
