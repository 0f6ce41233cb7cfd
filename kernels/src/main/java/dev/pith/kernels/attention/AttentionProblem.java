package dev.pith.kernels.attention;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;

/**
 * y = softmax(cap(q · kᵀ · scale) + mask) · v for every head, as ONNX Attention defines it; cap(s)
 * = softcap · tanh(s / softcap). A row that masks every key gives zeros.
 *
 * <p>Inputs: q [N, heads, queries, headSize], k [N, keyHeads, keys, headSize], v [N, keyHeads,
 * keys, valueSize] (packed: [N, length, heads · size]); where present a mask that broadcasts to [N,
 * heads, queries, past + keys] (BOOL: false masks; else it is added; keys behind its end are
 * masked); past k and past v [N, keyHeads, past, size]; lengths [N] (I64): keys from there on are
 * masked. Head h uses key head h · keyHeads / heads.
 *
 * <p>Outputs: y, laid out as q; where asked for past and new k; past and new v; scores [N, heads,
 * queries, past + keys].
 *
 * @param dtype element type of all but BOOL masks and lengths
 * @param batch N
 * @param heads heads of q
 * @param keyHeads heads of k and v; divides heads
 * @param queries length of q
 * @param keys length of k and v
 * @param past keys and values that come before, 0 for none
 * @param headSize size of a head of q and k
 * @param valueSize size of a head of v
 * @param packed whether q, k, v and y hold the heads of one position together
 * @param scale factor of the products
 * @param softcap bound of the products; 0 for none
 * @param causal whether query i sees only keys up to i + past (or i + length − queries)
 * @param mask shape of the mask, or {@code null} where there is none
 * @param maskType element type of the mask, or {@code null}
 * @param lengths whether lengths are given
 * @param scores what output 3 holds
 */
public record AttentionProblem(
    DType dtype,
    long batch,
    long heads,
    long keyHeads,
    long queries,
    long keys,
    long past,
    long headSize,
    long valueSize,
    boolean packed,
    float scale,
    float softcap,
    boolean causal,
    Shape mask,
    DType maskType,
    boolean lengths,
    Scores scores)
    implements Problem {

  /** Which scores output 3 holds. */
  public enum Scores {
    /** The scaled products. */
    PRODUCTS,
    /** After the softcap. */
    CAPPED,
    /** After the mask. */
    MASKED,
    /** After the softmax. */
    PROBABILITIES
  }

  /** Keys a query may see: past and new ones. */
  public long total() {
    return past + keys;
  }

  /** Element where the vector of a head and position begins, in a tensor laid out as q, k or v. */
  long offset(long n, long head, long position, long headCount, long length, long size) {
    return packed
        ? ((n * length + position) * headCount + head) * size
        : ((n * headCount + head) * length + position) * size;
  }

  /** Element of the mask for a score, or −1 where the mask ends before. */
  long maskOffset(long n, long head, long query, long key) {
    long at = 0;
    long[] coordinates = {n, head, query, key};
    for (int d = 0; d < mask.rank(); d++) {
      long extent = mask.dim(d);
      long c = extent == 1 ? 0 : coordinates[4 - mask.rank() + d];
      if (c >= extent) {
        return -1;
      }
      at = at * extent + c;
    }
    return at;
  }

  @Override
  public long work() {
    return batch * heads * queries * total() * (headSize + valueSize);
  }
}
