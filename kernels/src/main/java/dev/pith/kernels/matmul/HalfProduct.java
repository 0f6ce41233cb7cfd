package dev.pith.kernels.matmul;

import dev.pith.kernels.Activation;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.elementwise.DeviceFunctions;
import java.util.List;

/**
 * Y[M, N] = A[M, K] · B[K, N] of fp16 on matrix units that sum in fp32, by {@code half_product.cl},
 * for linear layers, matrix products and convolutions. Every group computes a tile of Y; loads run
 * some steps of 32 along k ahead of the units, so that units need not wait for memory.
 *
 * @param rows M
 * @param columns N
 * @param depth K
 * @param a where A lies
 * @param b where B lies
 * @param windows what finds B's columns as windows of x, or {@code null}
 * @param batch table of {@link dev.pith.kernels.device.Broadcast} for several matrices
 * @param matrices how many there are
 * @param bias whether there is one for each column of Y, for each row, or none
 * @param factor what products are multiplied by
 * @param epilogue residual and activation
 */
public record HalfProduct(
    long rows,
    long columns,
    long depth,
    Factor a,
    Factor b,
    Windows windows,
    List<Integer> batch,
    long matrices,
    Bias bias,
    float factor,
    Epilogue epilogue) {

  /** The batch of products that have none. */
  public static final List<Integer> ONE_MATRIX = List.of(0);

  /** Elements of a copy of 16 bytes. */
  private static final int WIDE = 8;

  /** Weight columns of a step. */
  private static final int DEPTH = 32;

  /** Absent operands: no operation has so many inputs. */
  private static final int ABSENT = Integer.MAX_VALUE;

  /** Tiles in the order in which they are tried: two or more groups fit a multiprocessor. */
  public enum Tile {
    /** Few rows or columns. */
    SMALL(64, 64, 2, 2, 4),
    /** Most products. */
    LARGE(128, 128, 2, 4, 3),
    /** Many columns, each of which serves 128 rows. */
    WIDE(128, 256, 2, 4, 3);

    private final int rows;
    private final int columns;
    private final int down;
    private final int across;
    private final int stages;

    Tile(int rows, int columns, int down, int across, int stages) {
      this.rows = rows;
      this.columns = columns;
      this.down = down;
      this.across = across;
      this.stages = stages;
    }

    private int localBytes() {
      return stages * 2 * DEPTH * (rows + columns);
    }

    /** Its extents, as names of kernels have them. */
    @Override
    public String toString() {
      return rows + "x" + columns;
    }
  }

  /** What a bias belongs to. */
  public enum Bias {
    NONE,
    ROWS,
    COLUMNS
  }

  /**
   * A factor in memory.
   *
   * @param input number of the operation's input
   * @param isTurned whether elements of one k are neighbours, and not those along k
   * @param pitch elements from one row (of k neighbours), or from one k, to the next
   * @param pixels elements of one k that are neighbours, where it is turned
   * @param image elements from one such run to the next
   * @param size elements of a matrix of a batch
   */
  public record Factor(
      int input, boolean isTurned, long pitch, long pixels, long image, long size) {

    /** A matrix whose rows lie along k. */
    public static Factor straight(int input, long pitch, long size) {
      return new Factor(input, false, pitch, 1, 0, size);
    }

    /** A matrix with a row of {@code extent} neighbours for each k. */
    public static Factor turned(int input, long extent, long size) {
      return new Factor(input, true, extent, extent, 0, size);
    }

    /** Whether any 16 bytes from a multiple of 8 elements on are of one row, and aligned. */
    private boolean isWide(long depth) {
      long inner = isTurned ? pixels : depth;
      return inner % WIDE == 0 && pitch % WIDE == 0 && image % WIDE == 0 && size % WIDE == 0;
    }
  }

  /**
   * Windows of a convolution.
   *
   * @param table of {@link dev.pith.kernels.device.Window}
   * @param places for each k the distance from a window's first element, and the distances of its
   *     pixel along three axes, ten bits each
   */
  public record Windows(List<Integer> table, List<Integer> places) {}

  /** Whether {@code target} computes the product in tiles of {@code tile}. */
  public Support supports(Target target, Tile tile) {
    if (!target.has(DeviceTarget.MATRIX_F16)) {
      return Support.no("%s has no matrix units for fp16", target.architecture());
    }
    if (rows == 0 || columns == 0 || depth == 0 || matrices == 0) {
      return Support.no("no element to compute");
    }
    if (tile != Tile.SMALL && (2 * rows <= tile.rows || 2 * columns <= tile.columns)) {
      return Support.no(
          "%d rows of %d columns fill less than half of a tile of %s", rows, columns, tile);
    }
    boolean isFetched = !a.isWide(depth) || windows == null && !b.isWide(depth);
    if (tile == Tile.WIDE && isFetched) {
      return Support.no(
          "rows of no multiple of 16 bytes; registers do not do for a tile of %s", tile);
    }
    return DeviceTarget.check(
        target,
        matrices * rows * columns,
        matrices * rows * depth,
        matrices * depth * columns,
        groups(tile));
  }

  private long groups(Tile tile) {
    return matrices * tiles(rows, tile.rows) * tiles(columns, tile.columns);
  }

  private static long tiles(long extent, int tile) {
    return (extent + tile - 1) / tile;
  }

  /** The program. */
  public Program program(Tile tile) {
    Activation activation = epilogue.activation();
    ProgramBuilder program =
        DeviceFunctions.activation(ProgramBuilder.prelude(), activation)
            .include(ProgramBuilder.class, "matrix.h")
            .include(HalfProduct.class, "half_product.cl")
            .define("ROWS", tile.rows)
            .define("COLUMNS", tile.columns)
            .define("WARPS_DOWN", tile.down)
            .define("WARPS_ACROSS", tile.across)
            .define("STAGES", tile.stages)
            .define("BIAS_OF", bias == Bias.ROWS ? "row" : "column");
    define(program, "A", a);
    define(program, "B", b);
    if (windows != null) {
      program.define("WINDOWS", 1);
    }
    return program
        .launchGroups("half_product", groups(tile), 32 * tile.down * tile.across)
        .local(tile.localBytes())
        .input(a.input())
        .input(b.input())
        .input(bias == Bias.NONE ? ABSENT : 2)
        .input(epilogue.residual() ? 3 : ABSENT)
        .output(0)
        .table(batch)
        .table(windows == null ? List.of(0) : windows.table())
        .table(windows == null ? List.of(0) : windows.places())
        .ints(rows, columns, depth, a.pitch(), b.pitch(), a.size(), b.size())
        .ints(b.isTurned() ? b.pixels() : columns, b.image())
        .ints(bias == Bias.NONE ? 0 : 1, epilogue.residual() ? 1 : 0)
        .floats(factor, activation.alpha(), activation.beta())
        .build();
  }

  private void define(ProgramBuilder program, String name, Factor factor) {
    if (factor.isTurned()) {
      program.define(name + "_TURNED", 1);
    }
    if (!factor.isWide(depth)) {
      program.define(name + "_PAIRS", 1);
    }
  }
}
