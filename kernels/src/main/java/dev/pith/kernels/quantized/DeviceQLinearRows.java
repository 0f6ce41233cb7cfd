package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link QLinearProblem} of 1 to 16 rows on a device: weights, dense or in blocks of r × 4c, are
 * read once, 16 bytes a lane, and multiplied four bytes at a time. What it takes is the time to
 * read them.
 */
public final class DeviceQLinearRows implements DeviceKernel<QLinearProblem> {

  private static final int MOST_ROWS = 16;
  private static final int SIZE = 128;

  /** Words that a group holds at once; those of a block must divide it. */
  private static final int HELD = 4 * SIZE;

  @Override
  public boolean isContested(QLinearProblem problem, Target target) {
    return true;
  }

  @Override
  public Support supports(QLinearProblem p, Target target) {
    if (p.m() < 1 || p.m() > MOST_ROWS) {
      return Support.no("%d rows; 1 to %d are supported", p.m(), MOST_ROWS);
    }
    if (p.k() == 0 || p.k() % 4 != 0) {
      return Support.no("k=%d is no multiple of 4", p.k());
    }
    if (p.layout() instanceof BlockLayout block) {
      boolean fits = block.cols() % 4 == 0 && isPower(block.rows()) && isPower(block.cols());
      if (!fits || block.rows() * block.cols() / 4 > HELD) {
        return Support.no(
            "blocks of %s; powers of two with columns in fours are supported", block.name());
      }
      if (p.k() % block.cols() != 0) {
        return Support.no("k=%d is no multiple of %d", p.k(), block.cols());
      }
    } else if (!p.layout().equals(Dense.LAYOUT)) {
      return Support.no(
          "weights in layout %s; dense ones and blocks are supported", p.layout().name());
    }
    return DeviceTarget.check(target, p.m() * p.k(), p.n() * p.k(), p.m() * p.n());
  }

  private static boolean isPower(int number) {
    return Integer.bitCount(number) == 1;
  }

  @Override
  public Program program(QLinearProblem p, Target target) {
    Requantize r = p.requantize();
    ProgramBuilder program =
        ProgramBuilder.prelude()
            .include(ProgramBuilder.class, "matrix.h")
            .include(DeviceQLinearRows.class, "q_rows.cl")
            .define("M", p.m());
    LinearSource.defineOutput(program, r);
    if (p.layout() instanceof BlockLayout block) {
      DeviceWeights weights = LinearSource.defineSparse(program, p.layout(), p.k());
      program.define("BLOCK_ROWS", block.rows()).define("WORDS", block.cols() / 4);
      long groups = (p.n() + block.rows() - 1) / block.rows();
      weights.components(program.launchGroups("q_rows", groups, SIZE).input(0), 1);
    } else {
      program.define("BLOCK_ROWS", 1).define("WORDS", 1).define("INDEX", DType.U16);
      DeviceWeights.passDense(program.launchGroups("q_rows", p.n(), SIZE).input(0), 1);
    }
    return DeviceWeights.passRowSums(program, 1)
        .input(2)
        .input(3)
        .output(0)
        .ints(p.n(), p.k(), p.bias() ? 1 : 0, 128 - r.inputZeroPoint())
        .ints(r.zeroPoint(), r.low(), r.high())
        .build();
  }
}
