package dev.pith.runtime.graph.ops;

import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.OpCodec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The one list of operations; to add an operation, write its record and add a line. */
public final class Ops {

  /** Every operation's record class. */
  public static final List<Class<? extends Record>> ALL =
      List.of(
          // elementwise
          Binary.class,
          Unary.class,
          Where.class,
          Cast.class,
          CastLike.class,
          BitCast.class,
          // matrix products and convolutions
          Conv.class,
          Linear.class,
          MatMul.class,
          // pooling
          Pool.class,
          MaxUnpool.class,
          RoiPool.class,
          // reductions and searches
          Reduce.class,
          Softmax.class,
          ArgReduce.class,
          TopK.class,
          // normalization
          Normalize.class,
          BatchNorm.class,
          Lrn.class,
          // recurrent layers
          Recurrent.class,
          // resampling
          Resize.class,
          GridSample.class,
          AffineGrid.class,
          // attention and losses
          Attention.class,
          Rotary.class,
          Likelihood.class,
          // spectra, tensor algebra, other convolutions
          ConvTranspose.class,
          DeformConv.class,
          Fold.class,
          Dft.class,
          Stft.class,
          Window.class,
          MelWeightMatrix.class,
          Einsum.class,
          Determinant.class,
          SelectBoxes.class,
          // 8-bit integers
          QAdd.class,
          QMul.class,
          QConv.class,
          QLinear.class,
          QAveragePool.class,
          QGlobalAveragePool.class,
          QConcat.class,
          QLookup.class,
          Quantize.class,
          Dequantize.class,
          DynamicConv.class,
          DynamicLinear.class,
          // 8-bit integers as ONNX has them, everything computed
          QuantizeLinear.class,
          DequantizeLinear.class,
          DynamicQuantizeLinear.class,
          ConvInteger.class,
          MatMulInteger.class,
          QLinearConv.class,
          QLinearMatMul.class,
          // shapes and data movement
          Identity.class,
          Transpose.class,
          Concat.class,
          Split.class,
          Slice.class,
          Pad.class,
          Expand.class,
          Tile.class,
          Compress.class,
          CenterCropPad.class,
          DepthToSpace.class,
          SpaceToDepth.class,
          Trilu.class,
          Gather.class,
          GatherElements.class,
          GatherND.class,
          ScatterElements.class,
          ScatterND.class,
          OneHot.class,
          ReverseSequence.class,
          Cumulative.class,
          ShapeOf.class,
          SizeOf.class,
          Range.class,
          EyeLike.class,
          NonZero.class,
          Unique.class,
          // control flow
          If.class,
          Loop.class,
          Scan.class,
          // views
          Squeeze.class,
          Unsqueeze.class,
          Flatten.class,
          Reshape.class);

  private static final Map<String, Class<? extends Record>> BY_NAME =
      ALL.stream().collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  private Ops() {}

  /**
   * The operation stored under {@code name} with {@code attributes}.
   *
   * @throws IllegalArgumentException if there is no such operation or the attributes do not fit it
   */
  public static Op parse(String name, Map<String, Object> attributes) {
    Class<? extends Record> type = BY_NAME.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no operation is named " + name);
    }
    return (Op) OpCodec.decode(type, attributes);
  }
}
