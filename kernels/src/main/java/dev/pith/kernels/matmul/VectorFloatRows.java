package dev.pith.kernels.matmul;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.pith.kernels.Activation;
import dev.pith.kernels.VectorMath;
import dev.pith.kernels.VectorWidths;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link FloatRows} with the Vector API, made for each width by {@link VectorWidths}. */
final class VectorFloatRows implements FloatRows {

  private static final VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();

  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * L));

  /** Bytes for as many lanes; there is none for vectors of 128 bits. */
  private static final VectorSpecies<Byte> B =
      L < 8 ? null : VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * L));

  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  static final FloatRows INSTANCE = new VectorFloatRows();

  private VectorFloatRows() {}

  @Override
  public void copy(
      MemorySegment x, long at, long step, int rows, int n, float[] s, int to, int toStep) {
    if (n == 2 * L) {
      copyTwo(x, at, step, rows, s, to, toStep);
      return;
    }
    for (int row = 0; row < rows; row++) {
      long from = at + row * step;
      int target = to + row * toStep;
      int i = 0;
      for (; i + L <= n; i += L) {
        FloatVector.fromMemorySegment(F, x, from + 4L * i, LE).intoArray(s, target + i);
      }
      if (i < n && n >= L) {
        // The last vector, some of it again.
        FloatVector.fromMemorySegment(F, x, from + 4L * (n - L), LE).intoArray(s, target + n - L);
      } else {
        for (; i < n; i++) {
          s[target + i] = x.get(Elements.F32, from + 4L * i);
        }
      }
    }
  }

  private static void copyTwo(
      MemorySegment x, long at, long step, int rows, float[] s, int to, int toStep) {
    for (int row = 0; row < rows; row++) {
      long from = at + row * step;
      int target = to + row * toStep;
      FloatVector.fromMemorySegment(F, x, from, LE).intoArray(s, target);
      FloatVector.fromMemorySegment(F, x, from + 4L * L, LE).intoArray(s, target + L);
    }
  }

  @Override
  public void copyPieces(
      MemorySegment x,
      long at,
      long step,
      int rows,
      int[] source,
      int[] target,
      int[] length,
      int from,
      int to,
      float[] s,
      int base,
      int toStep) {
    if (from == to) {
      return;
    }
    long reach = 4L * (source[to - 1] + length[to - 1] + L);
    for (int row = 0; row < rows; row++) {
      long in = at + row * step;
      int out = base + row * toStep;
      boolean inside = in + reach <= x.byteSize();
      for (int i = from; i < to; i++) {
        long piece = in + 4L * source[i];
        int n = length[i];
        if (inside) {
          int to2 = out + target[i];
          FloatVector.fromMemorySegment(F, x, piece, LE).intoArray(s, to2);
          if (n > L) {
            FloatVector.fromMemorySegment(F, x, piece + 4L * L, LE).intoArray(s, to2 + L);
          }
        } else {
          copy(x, piece, 0, 1, n, s, out + target[i], 0);
        }
      }
    }
  }

  @Override
  public void transpose(
      MemorySegment x, long at, long step, int rows, int n, float[] s, int to, int toStep) {
    for (int row = 0; row < rows; row++) {
      long from = at + row * step;
      for (int i = 0; i < n; i++) {
        s[to + row + i * toStep] = x.get(Elements.F32, from + 4L * i);
      }
    }
  }

  @Override
  public void widen(DType type, MemorySegment x, long at, int n, float[] s, int to) {
    switch (type) {
      case F32 -> copy(x, 4 * at, 0, 1, n, s, to, 0);
      case F16 -> widenHalf(x, 2 * at, n, s, to);
      case BF16 -> widenBrain(x, 2 * at, n, s, to);
      case I8 -> widenBytes(x, at, n, s, to);
      default -> throw new IllegalArgumentException("weights of type " + type);
    }
  }

  private static void widenHalf(MemorySegment x, long at, int n, float[] s, int to) {
    int i = 0;
    for (; i + L <= n; i += L) {
      ShortVector bits = ShortVector.fromMemorySegment(S, x, at + 2L * i, LE);
      IntVector h = (IntVector) bits.convertShape(VectorOperators.S2I, I, 0);
      // Exponent and mantissa in place, the exponent 112 too small; sign in front.
      FloatVector f = h.and(0x7FFF).lanewise(LSHL, 13).reinterpretAsFloats().mul(0x1p112f);
      // Infinities and NaN were the largest exponent and must be so again.
      VectorMask<Float> special = f.compare(VectorOperators.GE, 65536f);
      IntVector magnitude = f.reinterpretAsInts();
      magnitude = magnitude.blend(magnitude.or(0x7F800000), special.cast(I));
      magnitude.or(h.and(0x80000000)).reinterpretAsFloats().intoArray(s, to + i);
    }
    for (; i < n; i++) {
      s[to + i] = Float.float16ToFloat(x.get(Elements.I16, at + 2L * i));
    }
  }

  private static void widenBrain(MemorySegment x, long at, int n, float[] s, int to) {
    int i = 0;
    for (; i + L <= n; i += L) {
      ShortVector bits = ShortVector.fromMemorySegment(S, x, at + 2L * i, LE);
      IntVector h = (IntVector) bits.convertShape(VectorOperators.S2I, I, 0);
      h.lanewise(LSHL, 16).reinterpretAsFloats().intoArray(s, to + i);
    }
    for (; i < n; i++) {
      s[to + i] = Float.intBitsToFloat(x.get(Elements.I16, at + 2L * i) << 16);
    }
  }

  private static void widenBytes(MemorySegment x, long at, int n, float[] s, int to) {
    int i = 0;
    if (L >= 8) {
      for (; i + L <= n; i += L) {
        ByteVector bytes = ByteVector.fromMemorySegment(B, x, at + i, LE);
        ((FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0)).intoArray(s, to + i);
      }
    }
    for (; i < n; i++) {
      s[to + i] = x.get(JAVA_BYTE, at + i);
    }
  }

  @Override
  public void scale(float[] s, int at, int n, float factor) {
    for (int i = at; i < at + n; i += L) {
      FloatVector.fromArray(F, s, i).mul(factor).intoArray(s, i);
    }
  }

  @Override
  public void fill(float[] s, int at, int n, float value) {
    FloatVector v = FloatVector.broadcast(F, value);
    for (int i = at; i < at + n; i += L) {
      v.intoArray(s, i);
    }
  }

  @Override
  public void activate(float[] s, int c, int n, Activation activation) {
    switch (activation.kind()) {
      case NONE -> {}
      case RELU -> clip(s, c, n, 0, Float.POSITIVE_INFINITY);
      case CLIP -> clip(s, c, n, activation.alpha(), activation.beta());
      case SIGMOID -> sigmoid(s, c, n);
      case TANH -> tanh(s, c, n);
      case SILU -> silu(s, c, n);
      case GELU -> gelu(s, c, n);
      case LEAKY_RELU, HARD_SIGMOID, HARD_SWISH -> piecewise(s, c, n, activation);
    }
  }

  @Override
  public void copyOut(float[] s, int c, int n, MemorySegment y, long at) {
    int i = 0;
    for (; i + L <= n; i += L) {
      FloatVector.fromArray(F, s, c + i).intoMemorySegment(y, at + 4L * i, LE);
    }
    if (i < n && n >= L) {
      // The last vector, some of it again.
      FloatVector.fromArray(F, s, c + n - L).intoMemorySegment(y, at + 4L * (n - L), LE);
    } else {
      for (; i < n; i++) {
        y.set(Elements.F32, at + 4L * i, s[c + i]);
      }
    }
  }

  @Override
  public void add(float[] s, int c, int n, MemorySegment residual, long at) {
    int i = 0;
    for (; i + L <= n; i += L) {
      FloatVector r = FloatVector.fromMemorySegment(F, residual, at + 4L * i, LE);
      FloatVector.fromArray(F, s, c + i).add(r).intoArray(s, c + i);
    }
    for (; i < n; i++) {
      s[c + i] += residual.get(Elements.F32, at + 4L * i);
    }
  }

  private static void clip(float[] s, int c, int n, float low, float high) {
    for (int i = c; i < c + n; i += L) {
      FloatVector v = FloatVector.fromArray(F, s, i);
      v = v.blend(low, v.compare(LT, low));
      v.blend(high, v.compare(GT, high)).intoArray(s, i);
    }
  }

  private static void sigmoid(float[] s, int c, int n) {
    for (int i = c; i < c + n; i += L) {
      VectorMath.sigmoid(FloatVector.fromArray(F, s, i)).intoArray(s, i);
    }
  }

  private static void tanh(float[] s, int c, int n) {
    for (int i = c; i < c + n; i += L) {
      VectorMath.tanh(FloatVector.fromArray(F, s, i)).intoArray(s, i);
    }
  }

  private static void silu(float[] s, int c, int n) {
    for (int i = c; i < c + n; i += L) {
      VectorMath.silu(FloatVector.fromArray(F, s, i)).intoArray(s, i);
    }
  }

  private static void gelu(float[] s, int c, int n) {
    for (int i = c; i < c + n; i += L) {
      VectorMath.gelu(FloatVector.fromArray(F, s, i)).intoArray(s, i);
    }
  }

  private static void piecewise(float[] s, int c, int n, Activation activation) {
    for (int i = c; i < c + n; i += L) {
      FloatVector v = FloatVector.fromArray(F, s, i);
      FloatVector y =
          switch (activation.kind()) {
            case LEAKY_RELU -> v.blend(v.mul(activation.alpha()), v.compare(LT, 0f));
            case HARD_SIGMOID -> unit(v.mul(activation.alpha()).add(activation.beta()));
            default -> v.mul(unit(v.div(6f).add(0.5f)));
          };
      y.intoArray(s, i);
    }
  }

  private static FloatVector unit(FloatVector v) {
    FloatVector low = v.blend(0f, v.compare(LT, 0f));
    return low.blend(1f, low.compare(GT, 1f));
  }
}
