package dev.pith.compress.train.ops;

import static dev.pith.compress.train.ops.TorchTensors.scalar;

import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Split;
import dev.pith.runtime.graph.ops.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Shapes and data movement. */
final class ShapeOps {

  private ShapeOps() {}

  static Tensor identity(TorchCall call) {
    return call.input(0);
  }

  /** Any view: the shape of the output is known from type inference. */
  static Tensor reshape(TorchCall call) {
    return call.input(0).reshape(call.output(0).dims());
  }

  static Tensor transpose(TorchCall call) {
    List<Long> order = call.op(Transpose.class).order();
    int rank = call.rank(0);
    long[] axes =
        order.isEmpty()
            ? LongStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : LayerOps.longs(order);
    return call.input(0).permute(axes);
  }

  static Tensor concat(TorchCall call) {
    return torch.cat(
        new TensorVector(call.inputs().toArray(new Tensor[0])), call.op(Concat.class).axis());
  }

  static List<Tensor> split(TorchCall call) {
    long axis = call.op(Split.class).axis();
    List<Tensor> parts = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < call.outputs().size(); i++) {
      Shape shape = call.output(i);
      long extent = shape.dim(shape.axis(axis));
      parts.add(call.input(0).narrow(axis, from, extent));
      from += extent;
    }
    return parts;
  }

  static Tensor slice(TorchCall call) {
    long[] starts = call.longs(1);
    long[] axes = call.has(3) ? call.longs(3) : LongStream.range(0, starts.length).toArray();
    long[] steps = call.has(4) ? call.longs(4) : null;
    Tensor y = call.input(0);
    for (int i = 0; i < starts.length; i++) {
      long extent = y.size(axes[i]);
      long step = steps == null ? 1 : steps[i];
      long count = call.output(0).dim((int) axes[i]);
      if (step > 0) {
        long start = Math.clamp(starts[i] < 0 ? starts[i] + extent : starts[i], 0, extent);
        long end = count == 0 ? start : start + (count - 1) * step + 1;
        y = y.slice(axes[i], new LongOptional(start), new LongOptional(end), step);
      } else {
        long start = Math.clamp(starts[i] < 0 ? starts[i] + extent : starts[i], -1, extent - 1);
        long[] positions = new long[Math.toIntExact(count)];
        for (int p = 0; p < positions.length; p++) {
          positions[p] = start + p * step;
        }
        y = torch.index_select(y, axes[i], TorchTensors.of(positions, positions.length));
      }
    }
    return y;
  }

  static Tensor expand(TorchCall call) {
    return call.input(0).expand(call.output(0).dims());
  }

  static Tensor tile(TorchCall call) {
    return call.input(0).repeat(call.longs(1));
  }

  static Tensor gather(TorchCall call) {
    Tensor x = call.input(0);
    Shape y = call.output(0);
    long axis = call.op(Gather.class).axis();
    long along = axis < 0 ? axis + x.dim() : axis;
    long extent = x.size(along);
    Tensor indices = call.input(1).to(ScalarType.Long).reshape(-1);
    Tensor wrapped = torch.remainder(indices, scalar((double) extent)).to(ScalarType.Long);
    return torch.index_select(x, along, wrapped).reshape(y.dims());
  }

  static Tensor pad(TorchCall call) {
    Pad.Mode mode = call.op(Pad.class).mode();
    long[] counts = call.longs(1);
    int rank = call.rank(0);
    long[] axes = call.has(3) ? call.longs(3) : LongStream.range(0, rank).toArray();
    long[] pads = new long[2 * rank];
    Tensor y = call.input(0);
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) (axes[i] < 0 ? axes[i] + rank : axes[i]);
      pads[2 * (rank - 1 - axis)] = counts[i];
      pads[2 * (rank - 1 - axis) + 1] = counts[i + axes.length];
      if (mode != Pad.Mode.CONSTANT && (counts[i] != 0 || counts[i + axes.length] != 0)) {
        y = extend(y, axis, mode, counts[i], counts[i + axes.length]);
      }
    }
    if (mode != Pad.Mode.CONSTANT) {
      return y;
    }
    boolean given = call.has(2) && call.values().get(2) != null;
    double value = given ? call.values().get(2).getDouble(0) : 0;
    return torch.constant_pad_nd(y, pads, scalar(value));
  }

  /** One axis with positions repeated at its ends; negative counts cut. */
  private static Tensor extend(Tensor x, int axis, Pad.Mode mode, long before, long after) {
    long from = Math.max(0, -before);
    long kept = x.size(axis) - from - Math.max(0, -after);
    long added = Math.max(0, before);
    long[] positions = new long[Math.toIntExact(added + kept + Math.max(0, after))];
    for (int i = 0; i < positions.length; i++) {
      long place = i - added;
      long period = Math.max(1, 2 * (kept - 1));
      long phase = Math.floorMod(place, period);
      positions[i] =
          from
              + switch (mode) {
                case EDGE -> Math.clamp(place, 0, kept - 1);
                case WRAP -> Math.floorMod(place, kept);
                default -> Math.min(phase, period - phase);
              };
    }
    return torch.index_select(x, axis, TorchTensors.of(positions, positions.length));
  }

  static Tensor depthToSpace(TorchCall call) {
    DepthToSpace op = call.op(DepthToSpace.class);
    long[] d = TorchTensors.dims(call.input(0));
    long block = op.blockSize();
    long depth = d[1] / (block * block);
    Tensor x = call.input(0);
    Tensor y =
        op.channelFirst()
            ? x.reshape(d[0], depth, block, block, d[2], d[3]).permute(0, 1, 4, 2, 5, 3)
            : x.reshape(d[0], block, block, depth, d[2], d[3]).permute(0, 3, 4, 1, 5, 2);
    return y.reshape(d[0], depth, d[2] * block, d[3] * block);
  }
}
