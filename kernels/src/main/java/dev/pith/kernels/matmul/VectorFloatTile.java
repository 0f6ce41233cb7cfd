package dev.pith.kernels.matmul;

import dev.pith.kernels.VectorWidths;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTile} with the Vector API, made for each width by {@link VectorWidths}.
 *
 * <p>Six rows by two vectors are 12 accumulators; with two vectors of B and one weight that is 15
 * of the 16 registers AVX2 has. Four by three would need all 16, and C2 then keeps some of them in
 * memory, at less than half the speed. Rows of weights are read where they lie, one weight of each
 * row a step: int indices into one array leave C2 no bounds check in the loop.
 */
final class VectorFloatTile implements FloatTile {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final int L = F.length();

  static final FloatTile INSTANCE = new VectorFloatTile();

  private VectorFloatTile() {}

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public void multiply(float[] s, int w, int wStep, int b, int k, int c, int cStep) {
    int w1 = w + wStep;
    int w2 = w1 + wStep;
    int w3 = w2 + wStep;
    int w4 = w3 + wStep;
    int w5 = w4 + wStep;
    FloatVector c00 = FloatVector.fromArray(F, s, c);
    FloatVector c01 = FloatVector.fromArray(F, s, c + L);
    FloatVector c10 = FloatVector.fromArray(F, s, c + cStep);
    FloatVector c11 = FloatVector.fromArray(F, s, c + cStep + L);
    FloatVector c20 = FloatVector.fromArray(F, s, c + 2 * cStep);
    FloatVector c21 = FloatVector.fromArray(F, s, c + 2 * cStep + L);
    FloatVector c30 = FloatVector.fromArray(F, s, c + 3 * cStep);
    FloatVector c31 = FloatVector.fromArray(F, s, c + 3 * cStep + L);
    FloatVector c40 = FloatVector.fromArray(F, s, c + 4 * cStep);
    FloatVector c41 = FloatVector.fromArray(F, s, c + 4 * cStep + L);
    FloatVector c50 = FloatVector.fromArray(F, s, c + 5 * cStep);
    FloatVector c51 = FloatVector.fromArray(F, s, c + 5 * cStep + L);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(F, s, b + i * 2 * L);
      FloatVector b1 = FloatVector.fromArray(F, s, b + i * 2 * L + L);
      FloatVector x = FloatVector.broadcast(F, s[w + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(F, s[w1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(F, s[w2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(F, s[w3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(F, s[w4 + i]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(F, s[w5 + i]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    c00.intoArray(s, c);
    c01.intoArray(s, c + L);
    c10.intoArray(s, c + cStep);
    c11.intoArray(s, c + cStep + L);
    c20.intoArray(s, c + 2 * cStep);
    c21.intoArray(s, c + 2 * cStep + L);
    c30.intoArray(s, c + 3 * cStep);
    c31.intoArray(s, c + 3 * cStep + L);
    c40.intoArray(s, c + 4 * cStep);
    c41.intoArray(s, c + 4 * cStep + L);
    c50.intoArray(s, c + 5 * cStep);
    c51.intoArray(s, c + 5 * cStep + L);
  }

  @Override
  public void multiplyHalf(float[] s, int w, int wStep, int b, int k, int c, int cStep) {
    int w1 = w + wStep;
    int w2 = w1 + wStep;
    int w3 = w2 + wStep;
    int w4 = w3 + wStep;
    int w5 = w4 + wStep;
    FloatVector c00 = FloatVector.fromArray(F, s, c);
    FloatVector c10 = FloatVector.fromArray(F, s, c + cStep);
    FloatVector c20 = FloatVector.fromArray(F, s, c + 2 * cStep);
    FloatVector c30 = FloatVector.fromArray(F, s, c + 3 * cStep);
    FloatVector c40 = FloatVector.fromArray(F, s, c + 4 * cStep);
    FloatVector c50 = FloatVector.fromArray(F, s, c + 5 * cStep);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(F, s, b + i * 2 * L);
      FloatVector x = FloatVector.broadcast(F, s[w + i]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(F, s[w1 + i]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(F, s[w2 + i]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(F, s[w3 + i]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(F, s[w4 + i]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(F, s[w5 + i]);
      c50 = x.fma(b0, c50);
    }
    c00.intoArray(s, c);
    c10.intoArray(s, c + cStep);
    c20.intoArray(s, c + 2 * cStep);
    c30.intoArray(s, c + 3 * cStep);
    c40.intoArray(s, c + 4 * cStep);
    c50.intoArray(s, c + 5 * cStep);
  }

  @Override
  public void sparse(float[] s, int offsets, int values, int n, int b, int panelStep, int c) {
    int p1 = b + panelStep;
    int p2 = p1 + panelStep;
    FloatVector c0 = FloatVector.fromArray(F, s, c);
    FloatVector c1 = FloatVector.fromArray(F, s, c + L);
    FloatVector c2 = FloatVector.fromArray(F, s, c + 2 * L);
    FloatVector c3 = FloatVector.fromArray(F, s, c + 3 * L);
    FloatVector c4 = FloatVector.fromArray(F, s, c + 4 * L);
    FloatVector c5 = FloatVector.fromArray(F, s, c + 5 * L);
    for (int i = 0; i < n; i++) {
      int at = Float.floatToRawIntBits(s[offsets + i]);
      FloatVector x = FloatVector.broadcast(F, s[values + i]);
      c0 = x.fma(FloatVector.fromArray(F, s, b + at), c0);
      c1 = x.fma(FloatVector.fromArray(F, s, b + at + L), c1);
      c2 = x.fma(FloatVector.fromArray(F, s, p1 + at), c2);
      c3 = x.fma(FloatVector.fromArray(F, s, p1 + at + L), c3);
      c4 = x.fma(FloatVector.fromArray(F, s, p2 + at), c4);
      c5 = x.fma(FloatVector.fromArray(F, s, p2 + at + L), c5);
    }
    c0.intoArray(s, c);
    c1.intoArray(s, c + L);
    c2.intoArray(s, c + 2 * L);
    c3.intoArray(s, c + 3 * L);
    c4.intoArray(s, c + 4 * L);
    c5.intoArray(s, c + 5 * L);
  }

  @Override
  public void sparsePair(
      float[] s,
      int offsets,
      int values,
      int valueStep,
      int n,
      int b,
      int panelStep,
      int c,
      int cStep) {
    int p1 = b + panelStep;
    int p2 = p1 + panelStep;
    int other = values + valueStep;
    int d = c + cStep;
    FloatVector c0 = FloatVector.fromArray(F, s, c);
    FloatVector c1 = FloatVector.fromArray(F, s, c + L);
    FloatVector c2 = FloatVector.fromArray(F, s, c + 2 * L);
    FloatVector c3 = FloatVector.fromArray(F, s, c + 3 * L);
    FloatVector c4 = FloatVector.fromArray(F, s, c + 4 * L);
    FloatVector c5 = FloatVector.fromArray(F, s, c + 5 * L);
    FloatVector d0 = FloatVector.fromArray(F, s, d);
    FloatVector d1 = FloatVector.fromArray(F, s, d + L);
    FloatVector d2 = FloatVector.fromArray(F, s, d + 2 * L);
    FloatVector d3 = FloatVector.fromArray(F, s, d + 3 * L);
    FloatVector d4 = FloatVector.fromArray(F, s, d + 4 * L);
    FloatVector d5 = FloatVector.fromArray(F, s, d + 5 * L);
    for (int i = 0; i < n; i++) {
      int at = Float.floatToRawIntBits(s[offsets + i]);
      FloatVector x = FloatVector.broadcast(F, s[values + i]);
      FloatVector y = FloatVector.broadcast(F, s[other + i]);
      FloatVector a = FloatVector.fromArray(F, s, b + at);
      c0 = x.fma(a, c0);
      d0 = y.fma(a, d0);
      a = FloatVector.fromArray(F, s, b + at + L);
      c1 = x.fma(a, c1);
      d1 = y.fma(a, d1);
      a = FloatVector.fromArray(F, s, p1 + at);
      c2 = x.fma(a, c2);
      d2 = y.fma(a, d2);
      a = FloatVector.fromArray(F, s, p1 + at + L);
      c3 = x.fma(a, c3);
      d3 = y.fma(a, d3);
      a = FloatVector.fromArray(F, s, p2 + at);
      c4 = x.fma(a, c4);
      d4 = y.fma(a, d4);
      a = FloatVector.fromArray(F, s, p2 + at + L);
      c5 = x.fma(a, c5);
      d5 = y.fma(a, d5);
    }
    c0.intoArray(s, c);
    c1.intoArray(s, c + L);
    c2.intoArray(s, c + 2 * L);
    c3.intoArray(s, c + 3 * L);
    c4.intoArray(s, c + 4 * L);
    c5.intoArray(s, c + 5 * L);
    d0.intoArray(s, d);
    d1.intoArray(s, d + L);
    d2.intoArray(s, d + 2 * L);
    d3.intoArray(s, d + 3 * L);
    d4.intoArray(s, d + 4 * L);
    d5.intoArray(s, d + 5 * L);
  }

  @Override
  public void sparseOne(float[] s, int offsets, int values, int n, int b, int c) {
    FloatVector c0 = FloatVector.fromArray(F, s, c);
    FloatVector c1 = FloatVector.fromArray(F, s, c + L);
    for (int i = 0; i < n; i++) {
      int at = b + Float.floatToRawIntBits(s[offsets + i]);
      FloatVector x = FloatVector.broadcast(F, s[values + i]);
      c0 = x.fma(FloatVector.fromArray(F, s, at), c0);
      c1 = x.fma(FloatVector.fromArray(F, s, at + L), c1);
    }
    c0.intoArray(s, c);
    c1.intoArray(s, c + L);
  }

  @Override
  public void depthwise(float[] s, int x, int offsets, int w, int taps, float start, int n, int c) {
    for (int i = 0; i < n; i += 4 * L) {
      FloatVector c0 = FloatVector.broadcast(F, start);
      FloatVector c1 = c0;
      FloatVector c2 = c0;
      FloatVector c3 = c0;
      for (int tap = 0; tap < taps; tap++) {
        int at = x + i + Float.floatToRawIntBits(s[offsets + tap]);
        FloatVector v = FloatVector.broadcast(F, s[w + tap]);
        c0 = v.fma(FloatVector.fromArray(F, s, at), c0);
        c1 = v.fma(FloatVector.fromArray(F, s, at + L), c1);
        c2 = v.fma(FloatVector.fromArray(F, s, at + 2 * L), c2);
        c3 = v.fma(FloatVector.fromArray(F, s, at + 3 * L), c3);
      }
      c0.intoArray(s, c + i);
      c1.intoArray(s, c + i + L);
      c2.intoArray(s, c + i + 2 * L);
      c3.intoArray(s, c + i + 3 * L);
    }
  }

  @Override
  public void dot(float[] s, int w, int wStep, int x, int xStep, int k, int acc) {
    int w1 = w + wStep;
    int w2 = w1 + wStep;
    int x1 = x + xStep;
    int x2 = x1 + xStep;
    FloatVector c00 = FloatVector.fromArray(F, s, acc);
    FloatVector c01 = FloatVector.fromArray(F, s, acc + L);
    FloatVector c02 = FloatVector.fromArray(F, s, acc + 2 * L);
    FloatVector c10 = FloatVector.fromArray(F, s, acc + 3 * L);
    FloatVector c11 = FloatVector.fromArray(F, s, acc + 4 * L);
    FloatVector c12 = FloatVector.fromArray(F, s, acc + 5 * L);
    FloatVector c20 = FloatVector.fromArray(F, s, acc + 6 * L);
    FloatVector c21 = FloatVector.fromArray(F, s, acc + 7 * L);
    FloatVector c22 = FloatVector.fromArray(F, s, acc + 8 * L);
    for (int i = 0; i < k; i += L) {
      FloatVector x0v = FloatVector.fromArray(F, s, x + i);
      FloatVector x1v = FloatVector.fromArray(F, s, x1 + i);
      FloatVector x2v = FloatVector.fromArray(F, s, x2 + i);
      FloatVector v = FloatVector.fromArray(F, s, w + i);
      c00 = v.fma(x0v, c00);
      c01 = v.fma(x1v, c01);
      c02 = v.fma(x2v, c02);
      v = FloatVector.fromArray(F, s, w1 + i);
      c10 = v.fma(x0v, c10);
      c11 = v.fma(x1v, c11);
      c12 = v.fma(x2v, c12);
      v = FloatVector.fromArray(F, s, w2 + i);
      c20 = v.fma(x0v, c20);
      c21 = v.fma(x1v, c21);
      c22 = v.fma(x2v, c22);
    }
    c00.intoArray(s, acc);
    c01.intoArray(s, acc + L);
    c02.intoArray(s, acc + 2 * L);
    c10.intoArray(s, acc + 3 * L);
    c11.intoArray(s, acc + 4 * L);
    c12.intoArray(s, acc + 5 * L);
    c20.intoArray(s, acc + 6 * L);
    c21.intoArray(s, acc + 7 * L);
    c22.intoArray(s, acc + 8 * L);
  }
}
