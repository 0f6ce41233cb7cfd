package dev.pith.compress.prune;

import java.util.Arrays;

/**
 * Channels that can only be removed together, as a union-find structure; a class that something
 * holds fast remembers what. Not thread-safe.
 */
final class ChannelClasses {

  private int[] parents = new int[64];
  private String[] holders = new String[64];
  private int count;

  /** {@code size} new channels, each a class of its own. */
  int[] fresh(int size) {
    int[] ids = new int[size];
    for (int i = 0; i < size; i++) {
      if (count == parents.length) {
        parents = Arrays.copyOf(parents, 2 * count);
        holders = Arrays.copyOf(holders, 2 * count);
      }
      parents[count] = count;
      ids[i] = count++;
    }
    return ids;
  }

  /** Number of channels. */
  int size() {
    return count;
  }

  /** The channel that stands for the class of {@code id}. */
  int root(int id) {
    int root = id;
    while (parents[root] != root) {
      root = parents[root];
    }
    int at = id;
    while (parents[at] != root) {
      int next = parents[at];
      parents[at] = root;
      at = next;
    }
    return root;
  }

  /** Makes one class of two. */
  void join(int a, int b) {
    int first = Math.min(root(a), root(b));
    int second = Math.max(root(a), root(b));
    if (first != second) {
      parents[second] = first;
      holders[first] = holders[first] == null ? holders[second] : holders[first];
    }
  }

  /** Keeps the class of {@code id} from being removed; the first reason given is remembered. */
  void hold(int id, String reason) {
    int root = root(id);
    if (holders[root] == null) {
      holders[root] = reason;
    }
  }

  /** Why the class of {@code id} cannot be removed, or {@code null} if it can. */
  String holder(int id) {
    return holders[root(id)];
  }
}
