package dev.pith.compress.prune;

import dev.pith.compress.layer.WeightedLayer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which weights are removed together. Immutable, thread-safe. */
public sealed interface PrunePattern {

  /** Every weight by itself. */
  PrunePattern UNSTRUCTURED = new Blocks(1, 1);

  /** The spelling in recipes and on the command line, without the sparsity. */
  String text();

  /** Why {@code layer} cannot be pruned like this, or {@code null} if it can. */
  String refusal(WeightedLayer layer);

  /**
   * Blocks of the weight matrix; 1×1 is unstructured. Blocks at the last rows and columns may be
   * smaller.
   *
   * @param rows output channels of a block
   * @param cols input channels of a block (neighbours along the columns)
   */
  record Blocks(int rows, int cols) implements PrunePattern {
    public Blocks {
      if (rows < 1 || cols < 1 || rows > 64 || cols > 64) {
        throw new IllegalArgumentException(
            "block " + rows + "x" + cols + " is not possible; extents are 1 to 64");
      }
    }

    @Override
    public String text() {
      return rows == 1 && cols == 1 ? "unstructured" : "block" + rows + "x" + cols;
    }

    @Override
    public String refusal(WeightedLayer layer) {
      int groupRows = layer.rows() / layer.groups();
      if (layer.groups() > 1 && groupRows % rows != 0) {
        return "has groups of " + groupRows + " outputs, not a multiple of " + rows;
      }
      return layer.rows() < rows || layer.groupChannels() < cols
          ? "has "
              + layer.rows()
              + " outputs and "
              + layer.groupChannels()
              + " input channels, fewer than a block of "
              + rows
              + "x"
              + cols
          : null;
    }

    /** Blocks of one row of blocks. */
    int across(int columns) {
      return (columns + cols - 1) / cols;
    }

    /** Blocks of a matrix. */
    int count(int matrixRows, int columns) {
      return Math.multiplyExact((matrixRows + rows - 1) / rows, across(columns));
    }
  }

  /**
   * At most {@code n} of each {@code m} neighbouring input channels are kept.
   *
   * @param n kept, at least 1
   * @param m group size, more than {@code n}
   */
  record Nm(int n, int m) implements PrunePattern {
    public Nm {
      if (n < 1 || n >= m || m > 32) {
        throw new IllegalArgumentException(
            "nm" + n + ":" + m + " is not possible; write n:m with 1 <= n < m <= 32, as in nm2:4");
      }
    }

    @Override
    public String text() {
      return "nm" + n + ":" + m;
    }

    @Override
    public String refusal(WeightedLayer layer) {
      return layer.groupChannels() % m != 0
          ? "has " + layer.groupChannels() + " input channels, not a multiple of " + m
          : null;
    }

    /** The fraction of weights removed. */
    double sparsity() {
      return 1 - (double) n / m;
    }
  }

  /** Whole output channels, removed from the network with everything that depends on them. */
  record Channels() implements PrunePattern {
    @Override
    public String text() {
      return "channels";
    }

    @Override
    public String refusal(WeightedLayer layer) {
      return null;
    }
  }

  /**
   * The pattern that {@code text} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  static PrunePattern parse(String text) {
    Matcher block = Pattern.compile("block(\\d{1,3})x(\\d{1,3})").matcher(text);
    Matcher nm = Pattern.compile("nm(\\d{1,3}):(\\d{1,3})").matcher(text);
    if (text.equals("unstructured")) {
      return UNSTRUCTURED;
    } else if (text.equals("channels")) {
      return new Channels();
    } else if (block.matches()) {
      return new Blocks(Integer.parseInt(block.group(1)), Integer.parseInt(block.group(2)));
    } else if (nm.matches()) {
      return new Nm(Integer.parseInt(nm.group(1)), Integer.parseInt(nm.group(2)));
    }
    throw new IllegalArgumentException(
        "there is no pruning pattern "
            + text
            + "; use unstructured, block1x4, block2x4, block4x4, block16x4, nm2:4 or channels");
  }
}
