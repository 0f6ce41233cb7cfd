package dev.pith.runtime.cuda;

import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.Window;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.runtime.launch.Stage;
import dev.pith.runtime.launch.StagedKernel;
import java.util.List;
import java.util.function.Function;

/**
 * A layer by a product of a vendor's library.
 *
 * @param name the kernel's name
 * @param problem the class of problems
 * @param layers a problem as a layer
 * @param product how the product is computed
 * @param <P> the problem family
 */
record LayerKernel<P extends Problem>(
    String name, Class<P> problem, Function<P, Layer> layers, LayerProduct product)
    implements StagedKernel<P> {

  /** A way to compute layers. */
  interface LayerProduct {
    /** Whether the library computes the layer. */
    Support supports(Layer layer);

    /** Whether the library rounds factors of the layer to fewer bits than they have. */
    default boolean roundsFactors(Layer layer) {
      return false;
    }

    /** The commands. */
    List<Stage> stages(Layer layer);
  }

  static LayerKernel<LinearProblem> linear(String library, LayerProduct product) {
    return new LayerKernel<>(library + "_linear", LinearProblem.class, Layer::of, product);
  }

  static LayerKernel<ConvProblem> conv(String library, LayerProduct product) {
    return new LayerKernel<>(library + "_conv", ConvProblem.class, Layer::of, product);
  }

  static LayerKernel<QLinearProblem> qLinear(String library, LayerProduct product) {
    return new LayerKernel<>(library + "_q_linear", QLinearProblem.class, Layer::of, product);
  }

  static LayerKernel<QConvProblem> qConv(String library, LayerProduct product) {
    return new LayerKernel<>(library + "_q_conv", QConvProblem.class, Layer::of, product);
  }

  @Override
  public Support supports(P p, Target target) {
    Layer layer = layers.apply(p);
    if (layer.outputs() == 0 || layer.k() == 0) {
      return Support.no("no element to compute: libraries take no empty matrices");
    }
    if (layer.isConvolution()) {
      if (layer.geometry().axes() > Window.AXES) {
        return Support.no("%d spatial axes; 1 to 3 are supported", layer.geometry().axes());
      }
      if (layer.geometry().groups() != 1) {
        return Support.no("%d groups; 1 is supported", layer.geometry().groups());
      }
    }
    boolean isFloat = layer.input() == DType.F32 || layer.input() == DType.F16;
    if (!layer.isQuantized() && (!isFloat || layer.weight() != layer.input())) {
      return Support.no(
          "activations of %s with weights of %s; both F32 or both F16 are supported",
          layer.input(), layer.weight());
    }
    Support size =
        DeviceTarget.check(
            target,
            padded(layer.rows()) * padded(layer.k()),
            padded(layer.outs()) * padded(layer.k()),
            padded(layer.rows()) * padded(layer.outs()));
    return size.isSupported() ? product.supports(layer) : size;
  }

  /** As own kernels of devices have it, unless the library was allowed to round factors first. */
  @Override
  public String arithmetic(P p) {
    return product.roundsFactors(layers.apply(p)) ? name : ANY_ORDER;
  }

  /** Weights that own kernels read compressed: which is faster depends on how much they hold. */
  @Override
  public boolean isContested(P p, Target target) {
    return !layers.apply(p).layout().equals(Dense.LAYOUT);
  }

  /** Extents as cuBLAS takes them for int8. */
  static long padded(long extent) {
    return (extent + 15) / 16 * 16;
  }

  @Override
  public List<Stage> stages(P p, Target target) {
    return product.stages(layers.apply(p));
  }
}
