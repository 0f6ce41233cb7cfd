package dev.pith.compress.cli;

import dev.pith.compress.evaluate.Evaluation;
import java.util.ArrayList;
import java.util.List;

/**
 * Where two models answer differently on the same samples.
 *
 * @param different the samples
 * @param onlyFirst how often only the first is right
 * @param onlySecond how often only the second is right
 */
record Difference(List<Integer> different, int onlyFirst, int onlySecond) {

  static Difference of(Evaluation first, Evaluation second) {
    List<Integer> different = new ArrayList<>();
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < Math.min(first.samples(), second.samples()); i++) {
      int label = first.labels().get(i);
      int one = first.predictions().get(i);
      int two = second.predictions().get(i);
      if (one != two) {
        different.add(i);
        onlyFirst += one == label ? 1 : 0;
        onlySecond += two == label ? 1 : 0;
      }
    }
    return new Difference(List.copyOf(different), onlyFirst, onlySecond);
  }

  /** The first of the samples, at most {@code count}. */
  List<Integer> examples(int count) {
    return different.subList(0, Math.min(count, different.size()));
  }
}
