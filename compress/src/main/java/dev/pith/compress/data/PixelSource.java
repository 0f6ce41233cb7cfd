package dev.pith.compress.data;

import java.io.IOException;
import java.util.List;

/**
 * Images as they are stored or drawn, before {@link Preprocess}. Safe for use from many threads.
 */
interface PixelSource {

  /** Number of images, at least 1. */
  int size();

  /** Image {@code index}. */
  Pixels pixels(int index) throws IOException;

  /** Class of image {@code index}, or −1. */
  int label(int index);

  /** Names by label; empty where there are none. */
  List<String> classNames();
}
