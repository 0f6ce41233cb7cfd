package dev.pith.kernels.matmul;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.HalfProduct.Tile;

/**
 * A kernel whose problems are one {@link HalfProduct} each. Tiles and vendors' libraries are
 * fastest for different extents, so it is timed against them.
 *
 * @param <P> the problem family
 */
public abstract class HalfProductKernel<P extends Problem> implements DeviceKernel<P> {

  private final String name;
  private final Tile tile;

  /**
   * A kernel.
   *
   * @param name of the kernel without its tile
   * @param tile the tiles that it computes
   */
  protected HalfProductKernel(String name, Tile tile) {
    this.name = name;
    this.tile = tile;
  }

  /** Whether {@code problem} is a product at all, whatever its extents. */
  protected abstract Support accepts(P problem, Target target);

  /** The product that an accepted {@code problem} is. */
  protected abstract HalfProduct product(P problem);

  @Override
  public final String name() {
    return name + "_" + tile;
  }

  @Override
  public final String arithmetic(P problem) {
    return ANY_ORDER;
  }

  @Override
  public final boolean isContested(P problem, Target target) {
    return true;
  }

  @Override
  public final Support supports(P problem, Target target) {
    Support accepted = accepts(problem, target);
    return accepted.isSupported() ? product(problem).supports(target, tile) : accepted;
  }

  @Override
  public final Program program(P problem, Target target) {
    return product(problem).program(tile);
  }
}
