package dev.pith.kernels.quantized;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.DeviceWeights;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.tensor.Dense;

/**
 * {@link QLinearProblem} of many rows on matrix units, with dense or 2:4 weights. Each group
 * computes a large tile and copies weights and x asynchronously some steps ahead ({@code
 * q_pipeline.cl}), so that units need not wait for memory and each byte from it serves many
 * products: of an output tile of o × c, a step of 64 columns moves 64 · (o + c) bytes for 64 · o ·
 * c products, and half of the weights' bytes where they are 2:4.
 */
public final class DeviceQLinearPipeline implements DeviceKernel<QLinearProblem> {

  /** Tiles of which two fit a multiprocessor, for dense and 2:4 weights. */
  public static final DeviceQLinearPipeline SMALL =
      new DeviceQLinearPipeline(new Tile(128, 128, 2, 4, 3), true, true);

  /** Many rows for each dense weight that is loaded. */
  public static final DeviceQLinearPipeline WIDE =
      new DeviceQLinearPipeline(new Tile(128, 256, 2, 4, 4), true, false);

  /** Many output channels, whose 2:4 weights are half as large as x. */
  public static final DeviceQLinearPipeline TALL =
      new DeviceQLinearPipeline(new Tile(256, 128, 4, 2, 4), false, true);

  private static final NmLayout TWO_OF_FOUR = new NmLayout(2, 4);

  /** Weight columns of a step. */
  private static final int DEPTH = 64;

  private final Tile tile;
  private final boolean takesDense;
  private final boolean takesNm;

  private DeviceQLinearPipeline(Tile tile, boolean takesDense, boolean takesNm) {
    this.tile = tile;
    this.takesDense = takesDense;
    this.takesNm = takesNm;
  }

  /**
   * What a group computes.
   *
   * @param outs output channels, 16 for each warp or a multiple
   * @param columns rows of x, 16 for each warp or a multiple
   * @param down warps along the output channels
   * @param across warps along the rows of x
   * @param stages steps whose tiles are in local memory at once
   */
  private record Tile(int outs, int columns, int down, int across, int stages) {

    /** Local memory: 96 KiB at most, which every device with these units has. */
    int localBytes(boolean isNm) {
      int places = isNm ? 8 * outs : 0;
      return stages * (outs * (isNm ? DEPTH / 2 : DEPTH) + columns * DEPTH + places);
    }
  }

  @Override
  public String name() {
    return "device_q_linear_pipeline_" + tile.outs() + "x" + tile.columns();
  }

  @Override
  public boolean isContested(QLinearProblem problem, Target target) {
    return true;
  }

  @Override
  public Support supports(QLinearProblem p, Target target) {
    boolean isNm = p.layout().equals(TWO_OF_FOUR);
    if (!target.has(isNm ? DeviceTarget.SPARSE_MATRIX_I8 : DeviceTarget.MATRIX_I8)) {
      return Support.no(
          "%s has no matrix units for int8 weights in layout %s",
          target.architecture(), p.layout().name());
    }
    if (isNm ? !takesNm : !takesDense || !p.layout().equals(Dense.LAYOUT)) {
      return Support.no(
          "weights in layout %s; %s are supported",
          p.layout().name(), takesDense ? takesNm ? "dense and 2:4" : "dense ones" : "2:4 ones");
    }
    int step = isNm ? DEPTH : 16;
    if (p.k() == 0 || p.k() % step != 0) {
      return Support.no("k=%d is no multiple of %d", p.k(), step);
    }
    if (2 * p.n() <= tile.outs() || 2 * p.m() <= tile.columns()) {
      return Support.no(
          "%d features of %d rows fill less than half of a tile of %d by %d",
          p.n(), p.m(), tile.outs(), tile.columns());
    }
    return DeviceTarget.check(target, p.m() * p.k(), p.n() * p.k(), p.m() * p.n());
  }

  private static long tiles(long extent, int tile) {
    return (extent + tile - 1) / tile;
  }

  @Override
  public Program program(QLinearProblem p, Target target) {
    Requantize r = p.requantize();
    boolean isNm = p.layout().equals(TWO_OF_FOUR);
    ProgramBuilder program =
        ProgramBuilder.prelude()
            .include(ProgramBuilder.class, "matrix.h")
            .include(DeviceQLinearPipeline.class, "q_pipeline.cl")
            .define("OUTS", tile.outs())
            .define("COLUMNS", tile.columns())
            .define("WARPS_DOWN", tile.down())
            .define("WARPS_ACROSS", tile.across())
            .define("STAGES", tile.stages());
    LinearSource.defineOutput(program, r);
    program
        .launchGroups(
            "q_pipeline",
            tiles(p.n(), tile.outs()) * tiles(p.m(), tile.columns()),
            32 * tile.down() * tile.across())
        .local(tile.localBytes(isNm))
        .input(0);
    if (isNm) {
      program.define("NM", 1).input(1, 0).input(1, 1);
    } else {
      program.input(1).input(ABSENT);
    }
    return DeviceWeights.passRowSums(program, 1)
        .input(2)
        .input(3)
        .output(0)
        .ints(p.m(), p.n(), p.k(), p.bias() ? 1 : 0, -r.inputZeroPoint())
        .ints(r.zeroPoint(), r.low(), r.high())
        .build();
  }

  /** No operation has so many inputs. */
  private static final int ABSENT = Integer.MAX_VALUE;
}
