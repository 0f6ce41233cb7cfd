package dev.pith.kernels;

import jdk.incubator.vector.FloatVector;

/**
 * The lanes of a vector as one number, in a fixed order. {@code reduceLanes} leaves the order of
 * additions open, and indeed gives other bits before and after its caller is compiled.
 */
public final class VectorFold {

  private VectorFold() {}

  /** Sum of all lanes: pairs of neighbours, then pairs of these. */
  public static float sum(FloatVector v) {
    return switch (v.length()) {
      case 4 -> four(v, 0);
      case 8 -> four(v, 0) + four(v, 4);
      case 16 -> four(v, 0) + four(v, 4) + (four(v, 8) + four(v, 12));
      default -> throw new IllegalArgumentException("no kernel uses " + v.length() + " lanes");
    };
  }

  private static float four(FloatVector v, int at) {
    return v.lane(at) + v.lane(at + 1) + (v.lane(at + 2) + v.lane(at + 3));
  }

  /** Product of all lanes, likewise. */
  public static float product(FloatVector v) {
    return switch (v.length()) {
      case 4 -> fourMultiplied(v, 0);
      case 8 -> fourMultiplied(v, 0) * fourMultiplied(v, 4);
      case 16 ->
          fourMultiplied(v, 0)
              * fourMultiplied(v, 4)
              * (fourMultiplied(v, 8) * fourMultiplied(v, 12));
      default -> throw new IllegalArgumentException("no kernel uses " + v.length() + " lanes");
    };
  }

  private static float fourMultiplied(FloatVector v, int at) {
    return v.lane(at) * v.lane(at + 1) * (v.lane(at + 2) * v.lane(at + 3));
  }
}
