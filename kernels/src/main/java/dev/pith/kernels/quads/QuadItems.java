package dev.pith.kernels.quads;

/**
 * Work split by images, spans of tiles and blocks of quads of output channels. Blocks vary fastest,
 * so that a span's activations are read again while they are near.
 *
 * @param images images
 * @param allTiles tiles of an image
 * @param span tiles of an item
 * @param allQuads quads of output channels
 * @param block quads of an item
 */
record QuadItems(int images, int allTiles, int span, int allQuads, int block) {

  /** Items for each thread at least, where the work is enough. */
  private static final int ITEMS_PER_THREAD = 4;

  /**
   * Items of at most {@code span} tiles and {@code block} quads, smaller where threads need more of
   * them.
   */
  static QuadItems of(int images, int tiles, int span, int quads, int block, int threads) {
    QuadItems items = new QuadItems(images, tiles, Math.min(span, tiles), quads, block);
    while (threads > 1 && items.count() < (long) ITEMS_PER_THREAD * threads) {
      if (items.block() > 4) {
        items = new QuadItems(images, tiles, items.span(), quads, (items.block() + 1) / 2);
      } else if (items.span() > 1) {
        items = new QuadItems(images, tiles, (items.span() + 1) / 2, quads, items.block());
      } else {
        return items;
      }
    }
    return items;
  }

  private int blocks() {
    return (allQuads + block - 1) / block;
  }

  private int spans() {
    return (allTiles + span - 1) / span;
  }

  /** All items. */
  long count() {
    return (long) images * spans() * blocks();
  }

  /** The image an item belongs to. */
  long image(long item) {
    return item / blocks() / spans();
  }

  /** The first quad of output channels of an item. */
  int firstQuad(long item) {
    return (int) (item % blocks()) * block;
  }

  /** Quads of output channels of an item. */
  int quads(long item) {
    return Math.min(block, allQuads - firstQuad(item));
  }

  /** The first tile of an item. */
  int firstTile(long item) {
    return (int) (item / blocks() % spans()) * span;
  }

  /** Tiles of an item. */
  int tiles(long item) {
    return Math.min(span, allTiles - firstTile(item));
  }
}
