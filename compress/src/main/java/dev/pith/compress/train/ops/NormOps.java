package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.TorchTensors.optional;
import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Lrn;
import dev.pith.runtime.graph.ops.Normalize;
import java.util.Arrays;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Normalizations. */
final class NormOps {

  /** Part of a batch's statistics in the running ones after each step. */
  private static final double MOMENTUM = 0.1;

  private NormOps() {}

  static Tensor batch(TorchCall call) {
    return torch.batch_norm(
        call.input(0),
        optional(call.input(1)),
        optional(call.input(2)),
        optional(call.input(3)),
        optional(call.input(4)),
        call.training(),
        MOMENTUM,
        call.op(BatchNorm.class).epsilon(),
        false);
  }

  static Tensor normalize(TorchCall call) {
    Normalize op = call.op(Normalize.class);
    if (call.outputs().size() > 1) {
      throw new IllegalArgumentException(
          "node " + call.node().name() + ": moments as outputs cannot be trained");
    }
    if (op.rows() == Normalize.Rows.GROUPS) {
      if (!op.centered()) {
        throw new IllegalArgumentException(
            "node " + call.node().name() + ": groups without a mean cannot be trained");
      }
      long channels = call.output(0).dim(1);
      return torch.group_norm(
          call.input(0),
          op.groups() == 0 ? channels : op.groups(),
          optional(vector(call.input(1), channels)),
          optional(vector(call.input(2), channels)),
          op.epsilon(),
          false);
    }
    Shape shape = call.output(0);
    long[] row = Arrays.copyOfRange(shape.dims(), shape.axis(op.axis()), shape.rank());
    Tensor scale = vector(call.input(1), row);
    Tensor bias = vector(call.input(2), row);
    return op.centered()
        ? torch.layer_norm(call.input(0), row, optional(scale), optional(bias), op.epsilon(), false)
        : rootMeanSquare(call.input(0), row.length, scale, bias, op.epsilon());
  }

  private static Tensor vector(Tensor parameter, long... dims) {
    return parameter == null ? null : parameter.reshape(dims);
  }

  private static Tensor rootMeanSquare(
      Tensor x, int axes, Tensor scale, Tensor bias, double epsilon) {
    long[] row = new long[axes];
    for (int i = 0; i < axes; i++) {
      row[i] = i - axes;
    }
    Tensor mean = torch.mean(torch.mul(x, x), row, true, new ScalarTypeOptional());
    Tensor y = torch.mul(x, torch.rsqrt(torch.add(mean, scalar(epsilon))));
    y = scale == null ? y : torch.mul(y, scale);
    return bias == null ? y : torch.add(y, bias);
  }

  static Tensor localResponse(TorchCall call) {
    Lrn op = call.op(Lrn.class);
    Tensor x = call.input(0);
    long channels = call.output(0).dim(1);
    // The sum over neighbouring channels as a product with a band matrix.
    float[] band = new float[Math.toIntExact(channels * channels)];
    long before = (op.size() - 1) / 2;
    for (int i = 0; i < channels; i++) {
      for (long j = i - before; j < i - before + op.size(); j++) {
        if (j >= 0 && j < channels) {
          band[(int) (i * channels + j)] = 1;
        }
      }
    }
    Tensor neighbours = TorchTensors.of(band, channels, channels);
    Tensor sums = torch.linear(torch.mul(x, x).transpose(1, -1), neighbours).transpose(1, -1);
    Tensor base = torch.add(torch.mul(sums, scalar(op.alpha() / op.size())), scalar(op.bias()));
    return torch.div(x, torch.pow(base, scalar(op.beta())));
  }
}
