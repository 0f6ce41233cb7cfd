package dev.pith.compress.train.ops;

import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.ConvWindow;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.MatMul;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Convolutions, linear layers and matrix products. */
public final class LayerOps {

  private LayerOps() {}

  static Tensor conv(TorchCall call) {
    Conv op = call.op(Conv.class);
    Tensor y = convolve(call.input(0), call.input(1), call.input(2), op.window());
    return Activations.apply(op.activation(), residual(y, call.input(3)));
  }

  static Tensor linear(TorchCall call) {
    TensorOptional bias = TorchTensors.optional(call.input(2));
    Tensor y = torch.linear(call.input(0), call.input(1), bias);
    return Activations.apply(call.op(Linear.class).activation(), residual(y, call.input(3)));
  }

  static Tensor matMul(TorchCall call) {
    MatMul op = call.op(MatMul.class);
    Tensor a = op.transposeA() ? call.input(0).transpose(-1, -2) : call.input(0);
    Tensor b = op.transposeB() ? call.input(1).transpose(-1, -2) : call.input(1);
    Tensor y = torch.matmul(a, b);
    return op.alpha() == 1 ? y : torch.mul(y, TorchTensors.scalar(op.alpha()));
  }

  private static Tensor residual(Tensor y, Tensor residual) {
    return residual == null ? y : torch.add(y, residual);
  }

  /**
   * A convolution with a weight stored O, kernel, C / groups.
   *
   * @param bias {@code null} for none
   */
  static Tensor convolve(Tensor x, Tensor weight, Tensor bias, ConvWindow window) {
    int axes = window.strides().size();
    Tensor padded = x;
    long[] pads = longs(window.padsBegin());
    if (!window.padsBegin().equals(window.padsEnd())) {
      padded = torch.constant_pad_nd(x, torchPads(window), TorchTensors.scalar(0));
      pads = new long[axes];
    }
    return torch.convolution(
        padded,
        channelsSecond(weight),
        TorchTensors.optional(bias),
        longs(window.strides()),
        pads,
        longs(window.dilations()),
        false,
        new long[axes],
        window.groups());
  }

  /** Padding as libtorch takes it: begin and end of the last axis first. */
  private static long[] torchPads(ConvWindow window) {
    int axes = window.strides().size();
    long[] pads = new long[2 * axes];
    for (int axis = 0; axis < axes; axis++) {
      pads[2 * (axes - 1 - axis)] = window.padsBegin().get(axis);
      pads[2 * (axes - 1 - axis) + 1] = window.padsEnd().get(axis);
    }
    return pads;
  }

  /** The weight O, kernel, C seen as O, C, kernel. */
  private static Tensor channelsSecond(Tensor weight) {
    int rank = Math.toIntExact(weight.dim());
    long[] order = new long[rank];
    order[1] = rank - 1L;
    for (int i = 2; i < rank; i++) {
      order[i] = i - 1L;
    }
    return weight.permute(order);
  }

  static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
