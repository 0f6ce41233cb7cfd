package dev.pith.kernels;

import dev.pith.kernels.attention.AttentionKernels;
import dev.pith.kernels.conv.ConvKernels;
import dev.pith.kernels.conv.ScatterConvKernels;
import dev.pith.kernels.elementwise.ElementwiseKernels;
import dev.pith.kernels.linalg.LinalgKernels;
import dev.pith.kernels.loss.LossKernels;
import dev.pith.kernels.matmul.LinearKernels;
import dev.pith.kernels.matmul.MatMulKernels;
import dev.pith.kernels.movement.MovementKernels;
import dev.pith.kernels.normalize.NormalizeKernels;
import dev.pith.kernels.pool.PoolKernels;
import dev.pith.kernels.quads.QuadKernels;
import dev.pith.kernels.quantized.QuantizedKernels;
import dev.pith.kernels.recurrent.RecurrentKernels;
import dev.pith.kernels.reduce.ReduceKernels;
import dev.pith.kernels.resample.ResampleKernels;
import dev.pith.kernels.search.SearchKernels;
import dev.pith.kernels.sequence.SequenceKernels;
import dev.pith.kernels.signal.SignalKernels;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The one list of kernel families; to add a family, add a line. */
public final class KernelFamilies {

  /** Raised when kernels become faster or slower, so that remembered timings are made anew. */
  public static final int VERSION = 2;

  /** Every family there is. */
  public static final List<KernelFamily<?>> ALL =
      List.of( //
          ElementwiseKernels.UNARY,
          ElementwiseKernels.BINARY,
          ElementwiseKernels.SELECT,
          ElementwiseKernels.CAST,
          MovementKernels.COPY,
          MovementKernels.GATHER,
          MovementKernels.GATHER_ELEMENTS,
          MovementKernels.SCATTER,
          MovementKernels.SCATTER_ELEMENTS,
          MovementKernels.ONE_HOT,
          SequenceKernels.CUMULATIVE,
          SequenceKernels.REVERSE,
          ConvKernels.FAMILY,
          LinearKernels.FAMILY,
          MatMulKernels.FAMILY,
          // pooling
          PoolKernels.POOL,
          PoolKernels.UNPOOL,
          PoolKernels.ROI,
          // reductions and searches
          ReduceKernels.REDUCE,
          ReduceKernels.SOFTMAX,
          SearchKernels.ARG_REDUCE,
          SearchKernels.TOP_K,
          // normalization
          NormalizeKernels.NORMALIZE,
          NormalizeKernels.BATCH_NORM,
          NormalizeKernels.LRN,
          // recurrent layers
          RecurrentKernels.FAMILY,
          // resampling
          ResampleKernels.RESIZE,
          ResampleKernels.GRID_SAMPLE,
          ResampleKernels.AFFINE_GRID,
          // attention and losses
          AttentionKernels.ATTENTION,
          AttentionKernels.ROTARY,
          LossKernels.LIKELIHOOD,
          // spectra, tensor algebra, other convolutions
          SignalKernels.DFT,
          SignalKernels.STFT,
          SignalKernels.WINDOW,
          SignalKernels.MEL,
          LinalgKernels.EINSUM,
          LinalgKernels.DETERMINANT,
          ScatterConvKernels.TRANSPOSE,
          ScatterConvKernels.FOLD,
          ScatterConvKernels.DEFORM,
          SearchKernels.BOXES,
          // 8-bit integers
          QuadKernels.CONV,
          QuadKernels.LINEAR,
          QuantizedKernels.ADD,
          QuantizedKernels.MUL,
          QuantizedKernels.AVERAGE_POOL,
          QuantizedKernels.CONCAT,
          QuantizedKernels.LOOKUP,
          QuantizedKernels.QUANTIZE,
          QuantizedKernels.DEQUANTIZE,
          QuantizedKernels.DYNAMIC_CONV,
          QuantizedKernels.DYNAMIC_LINEAR,
          QuantizedKernels.QUANTIZE_LINEAR,
          QuantizedKernels.DEQUANTIZE_LINEAR,
          QuantizedKernels.DYNAMIC_QUANTIZE_LINEAR,
          QuantizedKernels.CONV_INTEGER,
          QuantizedKernels.MAT_MUL_INTEGER,
          QuantizedKernels.Q_LINEAR_CONV,
          QuantizedKernels.Q_LINEAR_MAT_MUL,
          // activations in quads
          QuadKernels.FAMILY,
          QuadKernels.CONV_ADD,
          QuadKernels.REARRANGE);

  private static final Map<Class<?>, KernelFamily<?>> BY_PROBLEM =
      ALL.stream().collect(Collectors.toMap(KernelFamily::problem, Function.identity()));

  private KernelFamilies() {}

  /**
   * The family that solves {@code problem}.
   *
   * @throws IllegalArgumentException if its class is in no family of {@link #ALL}
   */
  @SuppressWarnings("unchecked") // the map is keyed by the families' own problem classes
  public static <P extends Problem> KernelFamily<P> of(P problem) {
    KernelFamily<?> family = BY_PROBLEM.get(problem.getClass());
    if (family == null) {
      throw new IllegalArgumentException(
          "no kernel family solves "
              + problem.getClass().getName()
              + "; add its family to KernelFamilies.ALL");
    }
    return (KernelFamily<P>) family;
  }
}
