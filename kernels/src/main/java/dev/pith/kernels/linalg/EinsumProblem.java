package dev.pith.kernels.linalg;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import java.util.List;

/**
 * Sum of products: axes are labels; y has the first {@code kept} labels as axes and sums over the
 * others.
 *
 * @param dtype element type of all tensors
 * @param extents extent of each label
 * @param kept labels of y, which come first
 * @param terms for each input the elements between neighbours along each label, 0 where it has none
 */
public record EinsumProblem(DType dtype, List<Long> extents, int kept, List<List<Long>> terms)
    implements Problem {

  public EinsumProblem {
    extents = List.copyOf(extents);
    terms = terms.stream().map(List::copyOf).toList();
  }

  /** Elements of y. */
  public long outputs() {
    return product(0, kept);
  }

  /** Products that an element of y sums. */
  public long summed() {
    return product(kept, extents.size());
  }

  private long product(int from, int to) {
    return extents.subList(from, to).stream().reduce(1L, Math::multiplyExact);
  }

  /** Element of input {@code term} in product {@code product} of element {@code output}. */
  long offset(int term, long output, long product) {
    long at = 0;
    for (int d = extents.size() - 1; d >= 0; d--) {
      long number = d < kept ? output : product;
      at += number % extents.get(d) * terms.get(term).get(d);
      if (d < kept) {
        output /= extents.get(d);
      } else {
        product /= extents.get(d);
      }
    }
    return at;
  }

  @Override
  public long work() {
    return outputs() * summed() * terms.size();
  }
}
