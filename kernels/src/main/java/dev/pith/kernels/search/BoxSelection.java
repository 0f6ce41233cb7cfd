package dev.pith.kernels.search;

import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which boxes a {@link BoxProblem} keeps; its count depends on the values, so it is asked first.
 */
public final class BoxSelection {

  private BoxSelection() {}

  /** The kept boxes in order: image, class, box. */
  public static List<long[]> select(BoxProblem p, MemorySegment boxes, MemorySegment scores) {
    List<long[]> kept = new ArrayList<>();
    for (long image = 0; image < p.images(); image++) {
      for (long type = 0; type < p.classes(); type++) {
        select(p, boxes, scores, image, type, kept);
      }
    }
    return kept;
  }

  private static void select(
      BoxProblem p,
      MemorySegment boxes,
      MemorySegment scores,
      long image,
      long type,
      List<long[]> kept) {
    long base = (image * p.classes() + type) * p.boxes();
    List<Long> order =
        LongStream.range(0, p.boxes())
            .filter(i -> !(score(scores, base + i) <= p.least()))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -score(scores, base + i)))
            .toList();
    List<double[]> taken = new ArrayList<>();
    for (long box : order) {
      if (taken.size() >= p.most()) {
        return;
      }
      double[] corners = corners(p, boxes, image * p.boxes() + box);
      if (taken.stream().noneMatch(other -> overlap(corners, other) > p.overlap())) {
        taken.add(corners);
        kept.add(new long[] {image, type, box});
      }
    }
  }

  private static double score(MemorySegment scores, long index) {
    return scores.get(Elements.F32, index * 4);
  }

  private static double[] corners(BoxProblem p, MemorySegment boxes, long box) {
    double[] v = new double[4];
    for (int i = 0; i < 4; i++) {
      v[i] = boxes.get(Elements.F32, (box * 4 + i) * 4);
    }
    if (p.centred()) {
      return new double[] {v[0] - v[2] / 2, v[1] - v[3] / 2, v[0] + v[2] / 2, v[1] + v[3] / 2};
    }
    return new double[] {
      Math.min(v[0], v[2]), Math.min(v[1], v[3]), Math.max(v[0], v[2]), Math.max(v[1], v[3])
    };
  }

  private static double overlap(double[] a, double[] b) {
    double height = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    double width = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    if (height <= 0 || width <= 0) {
      return 0;
    }
    double both = height * width;
    return both / (area(a) + area(b) - both);
  }

  private static double area(double[] box) {
    return (box[2] - box[0]) * (box[3] - box[1]);
  }
}
