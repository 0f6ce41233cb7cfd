package dev.pith.compress.train.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.Quantize;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class QuantizedOpsTest {

  private static TorchCall call(Op op, Tensor logScale, Tensor... inputs) {
    List<String> names = Arrays.stream(inputs).map(i -> "x").toList();
    return new TorchCall(
        new Node("node", op, names, List.of("y")),
        List.of(inputs),
        Collections.nCopies(inputs.length, null),
        List.of(new TensorType(DType.U8, Shape.of(inputs[0].numel()))),
        true,
        logScale);
  }

  private static Tensor leaf(float... values) {
    Tensor leaf = TorchTensors.of(values, values.length);
    leaf.requires_grad_(true);
    return leaf;
  }

  /** ∂(s · q̄)/∂s of Esser et al. 2020: q̄ − v/s inside, the bound where v/s is clamped. */
  private static double ofScale(double v, double s, double low, double high) {
    double ratio = v / s;
    return ratio <= low ? low : ratio >= high ? high : Math.rint(ratio) - ratio;
  }

  @Test
  void scalesHaveTheGradientOfLearnedStepSizes() {
    float s = 0.5f;
    int zero = 100;
    float[] v = {0.1f, -0.4f, 3.3f, 77.4f, 90, -49.9f, -51, -400};
    float[] weights = {1, 2, -3, 4, 0.5f, -6, 7, 0.25f};
    try (var _ = new PointerScope()) {
      Tensor x = leaf(v);
      Tensor log = leaf((float) Math.log(s));
      Tensor logScale = torch.select(log, 0, 0);
      Tensor q = QuantizedOps.quantize(call(new Quantize(DType.U8, s, zero), logScale, x));
      torch.sum(torch.mul(q, TorchTensors.of(weights, weights.length))).backward();
      double expected = 0;
      for (int i = 0; i < v.length; i++) {
        assertEquals(
            Math.clamp(Math.rint(v[i] / s) + zero, 0.0, 255.0),
            TorchTensors.floats(q)[i],
            "the value is that of inference");
        // The loss is weights · q; of the real value s · (q − zero) it is weights / s times it, and
        // d/d(ln s) = s · d/ds.
        expected += weights[i] * ofScale(v[i], s, -zero, 255 - zero);
      }
      assertEquals(expected, TorchTensors.floats(log.grad())[0], 1e-3);
      assertArrayEquals(
          new float[] {2, 4, -6, 8, 0, -12, 0, 0}, TorchTensors.floats(x.grad()), 1e-6f);
    }
  }

  @Test
  void boundsOfActivationsDoNotMoveScales() {
    // Clip of [0, 6] at s = 0.05: 120 is the bound of the function, not of 8 bits.
    Requantize rule = new Requantize(DType.U8, 0, 0, 0, 120);
    try (var _ = new PointerScope()) {
      Tensor x = TorchTensors.of(new float[] {200, 200, -7}, 3, 1);
      Tensor weight = TorchTensors.of(new float[] {1}, 1, 1);
      Tensor ratio = TorchTensors.of(new float[] {1}, 1);
      Tensor bias = TorchTensors.of(new float[] {0}, 1);
      Tensor log = leaf((float) Math.log(0.05));
      Tensor logScale = torch.select(log, 0, 0);
      Tensor q = QuantizedOps.linear(call(new QLinear(rule), logScale, x, weight, ratio, bias));
      assertArrayEquals(new float[] {120, 120, 0}, TorchTensors.floats(q));
      torch.sum(q).backward();
      assertEquals(0, TorchTensors.floats(log.grad())[0]);
    }
  }
}
