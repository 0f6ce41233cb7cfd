package dev.pith.runtime.graph.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.FoldProblem;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Columns back to images; {@link FoldProblem} has the arithmetic. ONNX Col2Im: x [N, C · taps,
 * blocks] and, as I64 vectors, the image's and the block's extents.
 *
 * @param strides steps of the block; none for 1
 * @param dilations distances between cells of the block; none for 1
 * @param pads padding before each axis, then behind each; none for 0
 */
public record Fold(List<Long> strides, List<Long> dilations, List<Long> pads) implements Op {

  @Override
  public Set<Integer> valueInputs() {
    return Set.of(1, 2);
  }

  private ConvGeometry windows(OpContext context) {
    Shape x = context.input(0).shape();
    List<Long> image = Arrays.stream(context.longs(1)).boxed().toList();
    List<Long> block = Arrays.stream(context.longs(2)).boxed().toList();
    int axes = image.size();
    long taps = block.stream().reduce(1L, Math::multiplyExact);
    if (x.rank() != 3 || block.size() != axes || taps < 1 || x.dim(1) % taps != 0) {
      throw new IllegalArgumentException(
          "x is " + x + ", which does not hold blocks " + block + " of images " + image);
    }
    long channels = x.dim(1) / taps;
    List<Long> ones = ConvWindow.plain(axes).strides();
    List<Long> zeros = ConvWindow.plain(axes).padsBegin();
    ConvGeometry windows =
        new ConvGeometry(
            x.dim(0),
            channels,
            channels,
            channels,
            image,
            block,
            strides.isEmpty() ? ones : strides,
            dilations.isEmpty() ? ones : dilations,
            pads.isEmpty() ? zeros : pads.subList(0, axes),
            pads.isEmpty() ? zeros : pads.subList(axes, 2 * axes));
    if (windows.outputPixels() != x.dim(2)) {
      throw new IllegalArgumentException(
          "x is "
              + x
              + ", but "
              + windows.outputPixels()
              + " blocks "
              + block
              + " fit image "
              + image);
    }
    return windows;
  }

  @Override
  public List<TensorType> infer(OpContext context) {
    return List.of(new TensorType(context.input(0).dtype(), windows(context).inputShape()));
  }

  @Override
  public Problem problem(OpContext context, List<TensorType> outputs) {
    return new FoldProblem(context.input(0).dtype(), windows(context));
  }
}
