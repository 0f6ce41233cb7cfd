package dev.pith.kernels.movement;

import dev.pith.kernels.movement.CopyBlock.Axis;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link CopyBlock} as planes of two axes, p outside and q inside, cut into tiles; all other axes
 * count planes. Strides and offsets are in bytes.
 *
 * <p>q is the last axis, along which the output is (nearly always) contiguous. If the input is
 * contiguous along another axis, that is p: the plane is transposed, and square tiles keep the
 * lines of both sides in the cache. Otherwise p is the axis before q and tiles are whole rows.
 */
record CopyPlane(
    CopyBlock block, Axis p, Axis q, List<Axis> outer, long tileP, long tileQ, int bytes) {

  /** Bytes of a tile of rows: enough to make handing out work cheap. */
  private static final long TILE_BYTES = 1 << 15;

  /** Side of a square tile in elements. */
  private static final long SIDE = 64;

  private static final Axis ONE = new Axis(1, 0, 0);

  static CopyPlane of(CopyBlock block, int bytes) {
    List<Axis> outer = new ArrayList<>(block.axes());
    Axis q = outer.isEmpty() ? ONE : outer.remove(outer.size() - 1);
    Axis p = ONE;
    for (Axis axis : outer) {
      if (axis.fromStride() == 1 && q.fromStride() != 1) {
        p = axis;
      }
    }
    if (p.equals(ONE) && !outer.isEmpty()) {
      p = outer.get(outer.size() - 1);
    }
    outer.remove(p);
    boolean square = p.fromStride() == 1 && q.fromStride() != 1;
    long tileQ = Math.min(q.extent(), square ? SIDE : TILE_BYTES / bytes);
    long tileP = Math.min(p.extent(), square ? SIDE : Math.max(1, TILE_BYTES / bytes / tileQ));
    return new CopyPlane(block, inBytes(p, bytes), inBytes(q, bytes), outer, tileP, tileQ, bytes);
  }

  private static Axis inBytes(Axis axis, int bytes) {
    return new Axis(axis.extent(), axis.fromStride() * bytes, axis.toStride() * bytes);
  }

  private long tilesP() {
    return (p.extent() + tileP - 1) / tileP;
  }

  private long tilesQ() {
    return (q.extent() + tileQ - 1) / tileQ;
  }

  /** Tiles of all planes. */
  long tiles() {
    long planes = 1;
    for (Axis axis : outer) {
      planes *= axis.extent();
    }
    return planes * tilesP() * tilesQ();
  }

  /** First position along q of a tile. */
  long startQ(long tile) {
    return tile % tilesQ() * tileQ;
  }

  /** First position along p of a tile. */
  long startP(long tile) {
    return tile / tilesQ() % tilesP() * tileP;
  }

  /** Byte of the input at which the plane of a tile begins. */
  long from(long tile) {
    long at = block.from();
    long plane = tile / (tilesQ() * tilesP());
    for (int i = outer.size() - 1; i >= 0; i--) {
      at += plane % outer.get(i).extent() * outer.get(i).fromStride();
      plane /= outer.get(i).extent();
    }
    return at * bytes;
  }

  /** Byte of the output at which the plane of a tile begins. */
  long to(long tile) {
    long at = block.to();
    long plane = tile / (tilesQ() * tilesP());
    for (int i = outer.size() - 1; i >= 0; i--) {
      at += plane % outer.get(i).extent() * outer.get(i).toStride();
      plane /= outer.get(i).extent();
    }
    return at * bytes;
  }
}
