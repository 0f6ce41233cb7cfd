package dev.pith.kernels.quantized;

import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvWindow;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.device.Window;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import java.util.List;

/**
 * Programs of int8 layers on matrix units, by {@code q_matrix.cl}.
 *
 * @param columns columns of the product: rows of x, or pixels of all images
 * @param outs output channels
 * @param k columns of the weight
 * @param geometry the convolution, or {@code null} for a linear layer
 * @param layout layout of the weight
 * @param bias whether input 3 is there
 * @param requantize zero points and output
 */
record MatrixSource(
    long columns,
    long outs,
    long k,
    ConvGeometry geometry,
    Layout layout,
    boolean bias,
    Requantize requantize) {

  private static final int SIZE = 128;

  /** Output channels and columns that a group computes, and weight columns of a step. */
  private static final int TILE = 64;

  private static final NmLayout TWO_OF_FOUR = new NmLayout(2, 4);

  Support supports(Target target) {
    if (!target.has(DeviceTarget.MATRIX_I8)) {
      return Support.no("%s has no matrix units for int8", target.architecture());
    }
    if (columns == 0 || outs == 0 || k == 0) {
      return Support.no("no element to compute");
    }
    if (geometry != null && (geometry.groups() != 1 || geometry.axes() > Window.AXES)) {
      return Support.no(
          "%d groups, %d spatial axes; 1 group and 1 to 3 axes are supported",
          geometry.groups(), geometry.axes());
    }
    Support able = supportsLayout(target);
    return able.isSupported()
        ? DeviceTarget.check(target, columns * k, outs * k, columns * outs)
        : able;
  }

  private Support supportsLayout(Target target) {
    if (layout.equals(TWO_OF_FOUR)) {
      if (!target.has(DeviceTarget.SPARSE_MATRIX_I8)) {
        return Support.no("%s has no matrix units for 2:4 weights", target.architecture());
      }
      return k % TILE == 0 ? Support.YES : Support.no("k=%d is no multiple of %d", k, TILE);
    }
    if (layout instanceof BlockLayout block) {
      return TILE % block.rows() == 0 && TILE % block.cols() == 0
          ? Support.YES
          : Support.no("blocks of %s do not divide tiles of %d", block.name(), TILE);
    }
    return layout.equals(Dense.LAYOUT) || layout instanceof CsrLayout
        ? Support.YES
        : Support.no(
            "weights in layout %s; dense, csr, blocks and 2:4 are supported", layout.name());
  }

  Program program() {
    ProgramBuilder program =
        ProgramBuilder.prelude()
            .include(ProgramBuilder.class, "matrix.h")
            .include(MatrixSource.class, "q_matrix.cl");
    LinearSource.defineOutput(program, requantize);
    if (geometry != null) {
      program.define("CONV", 1);
    }
    if (k % 4 == 0) {
      program.define("ALIGNED", 1);
    }
    long groups = (columns + TILE - 1) / TILE * ((outs + TILE - 1) / TILE);
    passWeights(program, groups);
    DeviceWeights.passRowSums(program, 1).input(2).input(3).output(0);
    boolean conv = geometry != null;
    return program
        .table(conv ? window() : List.of(0))
        .ints(columns, outs, k, conv ? geometry.outputPixels() : 1)
        .ints(conv ? geometry.inputPixels() : 1, conv ? geometry.inputChannels() : k)
        .ints(bias ? 1 : 0, 128 - requantize.inputZeroPoint(), requantize.inputZeroPoint())
        .ints(requantize.zeroPoint(), requantize.low(), requantize.high())
        .build();
  }

  private void passWeights(ProgramBuilder program, long groups) {
    if (layout.equals(TWO_OF_FOUR)) {
      program.define("NM", 1).define("INDEX", DType.U16);
      DeviceWeights.passPair(program.launchGroups("q_matrix", groups, SIZE).input(0), 1);
    } else if (layout.equals(Dense.LAYOUT)) {
      program.define("INDEX", DType.U16);
      DeviceWeights.passDense(program.launchGroups("q_matrix", groups, SIZE).input(0), 1);
    } else {
      DeviceWeights weights = LinearSource.defineSparse(program, layout, k);
      int sets = TILE / weights.rows();
      program
          .define("BLOCK_ROWS", weights.rows())
          .define("BLOCK_COLUMNS", weights.columns())
          .define("LANES", Math.max(1, SIZE / sets));
      weights.components(program.launchGroups("q_matrix", groups, SIZE).input(0), 1);
    }
  }

  private List<Integer> window() {
    ConvGeometry g = geometry;
    return ConvWindow.table(g);
  }
}
