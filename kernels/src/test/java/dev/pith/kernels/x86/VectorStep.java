package dev.pith.kernels.x86;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ToLongFunction;

/** One vector instruction: operands read, result written, upper bytes of registers cleared. */
final class VectorStep {
  private final MemorySegment all;
  private final ToLongFunction<Memory> addresses;
  private final byte[][] vectors;
  private final Instruction i;
  private final int bytes;
  private final byte[] resultBytes = new byte[64];
  private final ByteBuffer result = buffer(resultBytes);

  VectorStep(Instruction i, byte[][] vectors, MemorySegment all, ToLongFunction<Memory> addresses) {
    this.all = all;
    this.addresses = addresses;
    this.vectors = vectors;
    this.i = i;
    this.bytes = i.bits() / 8;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer read(int operand, int count) {
    byte[] value = new byte[64];
    if (i.operand(operand) instanceof Memory memory) {
      MemorySegment.copy(
          all, ValueLayout.JAVA_BYTE, addresses.applyAsLong(memory), value, 0, count);
    } else {
      System.arraycopy(vectors[((Vec) i.operand(operand)).number()], 0, value, 0, 64);
    }
    return buffer(value);
  }

  private int constant() {
    return (int) ((Imm) i.operands().getLast()).value();
  }

  private void write(int count) {
    if (i.operand(0) instanceof Memory memory) {
      MemorySegment.copy(
          resultBytes, 0, all, ValueLayout.JAVA_BYTE, addresses.applyAsLong(memory), count);
    } else {
      int width = ((Vec) i.operand(0)).bits() / 8;
      byte[] register = vectors[((Vec) i.operand(0)).number()];
      java.util.Arrays.fill(register, (byte) 0);
      System.arraycopy(resultBytes, 0, register, 0, Math.min(width, 64));
    }
  }

  void run() {
    switch (i.op()) {
      case VMOVDQU, VMOVUPS, VMOVDQU_STORE, VMOVUPS_STORE -> move(bytes);
      case VMOVQ, VMOVQ_STORE -> move(8);
      case VMOVD, VMOVD_STORE -> move(4);
      case VMASKMOVPS, VMASKMOVPS_STORE -> masked();
      case VPEXTRD -> {
        result.putInt(0, read(1, 16).getInt(4 * constant()));
        write(4);
      }
      case VEXTRACTI128 -> {
        result.put(0, read(1, 64), 16 * constant(), 16);
        write(16);
      }
      case VPMOVDB -> {
        ByteBuffer x = read(1, 64);
        for (int l = 0; l < bytes / 4; l++) {
          result.put(l, x.get(4 * l));
        }
        write(bytes / 4);
      }
      case VPBROADCASTD, VBROADCASTSS -> {
        int word = read(1, 4).getInt(0);
        dwords(l -> word);
      }
      case VPBROADCASTQ -> {
        long quad = read(1, 8).getLong(0);
        for (int l = 0; l < bytes / 8; l++) {
          result.putLong(8 * l, quad);
        }
        write(bytes);
      }
      case VPMOVZXBW, VPMOVSXBW -> {
        ByteBuffer x = read(1, bytes / 2);
        for (int l = 0; l < bytes / 2; l++) {
          int mask = i.op() == Op.VPMOVZXBW ? 255 : -1;
          result.putShort(2 * l, (short) (x.get(l) & mask));
        }
        write(bytes);
      }
      case VPMOVZXBD, VPMOVSXBD -> {
        ByteBuffer x = read(1, bytes / 4);
        dwords(l -> i.op() == Op.VPMOVZXBD ? x.get(l) & 255 : x.get(l));
      }
      case VCVTDQ2PS -> {
        ByteBuffer x = read(1, bytes);
        dwords(l -> Float.floatToRawIntBits(x.getInt(4 * l)));
      }
      case VCVTPS2DQ -> {
        ByteBuffer x = read(1, bytes);
        dwords(l -> (int) Math.rint((double) x.getFloat(4 * l)));
      }
      case VPSLLD, VPSRAD -> {
        ByteBuffer x = read(1, bytes);
        boolean left = i.op() == Op.VPSLLD;
        dwords(l -> left ? x.getInt(4 * l) << constant() : x.getInt(4 * l) >> constant());
      }
      case VSQRTPS -> {
        ByteBuffer x = read(1, bytes);
        dwords(l -> Float.floatToRawIntBits((float) Math.sqrt((double) x.getFloat(4 * l))));
      }
      case VROUNDPS -> {
        ByteBuffer x = read(1, bytes);
        dwords(l -> Float.floatToRawIntBits(rounded(x.getFloat(4 * l), constant())));
      }
      case VPERMQ -> {
        ByteBuffer x = read(1, 32);
        for (int l = 0; l < 4; l++) {
          result.putLong(8 * l, x.getLong(8 * (constant() >> 2 * l & 3)));
        }
        write(bytes);
      }
      default -> binary();
    }
  }

  private static float rounded(float x, int mode) {
    return switch (mode) {
      case 0 -> (float) Math.rint((double) x);
      case 1 -> (float) Math.floor((double) x);
      case 2 -> (float) Math.ceil((double) x);
      default -> throw new AssertionError("rounding " + mode + " is not interpreted");
    };
  }

  private static boolean compared(float x, float y, int predicate) {
    return switch (predicate) {
      case 0 -> x == y;
      case 1 -> x < y;
      case 2 -> x <= y;
      case 3 -> Float.isNaN(x) || Float.isNaN(y);
      case 13 -> x >= y;
      case 14 -> x > y;
      default -> throw new AssertionError("comparison " + predicate + " is not interpreted");
    };
  }

  private void move(int count) {
    result.put(0, read(1, count), 0, count);
    write(count);
  }

  /** Only lanes whose mask is negative are read or written. */
  private void masked() {
    ByteBuffer mask = read(1, bytes);
    for (int l = 0; l < bytes / 4; l++) {
      if (mask.getInt(4 * l) < 0) {
        if (i.operand(0) instanceof Memory memory) {
          all.set(
              Elements.I32, addresses.applyAsLong(memory) + 4L * l, read(2, bytes).getInt(4 * l));
        } else {
          result.putInt(
              4 * l, all.get(Elements.I32, addresses.applyAsLong((Memory) i.operand(2)) + 4L * l));
        }
      }
    }
    if (i.operand(0) instanceof Vec) {
      write(bytes);
    }
  }

  private interface Lane {
    int of(int lane);
  }

  private void dwords(Lane lane) {
    for (int l = 0; l < bytes / 4; l++) {
      result.putInt(4 * l, lane.of(l));
    }
    write(bytes);
  }

  private interface FloatFunction {
    float of(float a, float b);
  }

  private void floats(FloatFunction f) {
    ByteBuffer a = read(1, bytes);
    ByteBuffer b = read(2, bytes);
    dwords(l -> Float.floatToRawIntBits(f.of(a.getFloat(4 * l), b.getFloat(4 * l))));
  }

  private void binary() {
    ByteBuffer a = read(1, bytes);
    ByteBuffer b = read(2, i.op() == Op.VINSERTI128 ? 16 : bytes);
    switch (i.op()) {
      case VPXOR -> dwords(l -> a.getInt(4 * l) ^ b.getInt(4 * l));
      case VPOR -> dwords(l -> a.getInt(4 * l) | b.getInt(4 * l));
      case VPERMD -> dwords(l -> b.getInt(4 * (a.getInt(4 * l) & 7)));
      case VPADDD -> dwords(l -> a.getInt(4 * l) + b.getInt(4 * l));
      case VPSUBD -> dwords(l -> a.getInt(4 * l) - b.getInt(4 * l));
      case VANDPS -> dwords(l -> a.getInt(4 * l) & b.getInt(4 * l));
      case VANDNPS -> dwords(l -> ~a.getInt(4 * l) & b.getInt(4 * l));
      case VORPS -> dwords(l -> a.getInt(4 * l) | b.getInt(4 * l));
      case VCMPPS ->
          dwords(l -> compared(a.getFloat(4 * l), b.getFloat(4 * l), constant()) ? -1 : 0);
      case VBLENDVPS -> {
        ByteBuffer mask = read(3, bytes);
        dwords(l -> mask.getInt(4 * l) < 0 ? b.getInt(4 * l) : a.getInt(4 * l));
      }
      case VHADDPS ->
          dwords(
              l -> {
                ByteBuffer from = (l & 2) == 0 ? a : b;
                int at = 16 * (l / 4) + 8 * (l & 1);
                return Float.floatToRawIntBits(from.getFloat(at) + from.getFloat(at + 4));
              });
      case VSHUFPS ->
          dwords(
              l -> {
                int from = 4 * (l / 4 * 4 + (constant() >> 2 * (l % 4) & 3));
                return (l % 4 < 2 ? a : b).getInt(from);
              });
      case VINSERTI128 -> {
        result.put(0, read(1, 64), 0, 32);
        result.put(16 * constant(), b, 0, 16);
        write(bytes);
      }
      case VDIVPS -> floats((x, y) -> x / y);
      case VSUBPS -> floats((x, y) -> x - y);
      case VADDPS -> floats((x, y) -> x + y);
      case VFMADD213PS -> {
        ByteBuffer first = read(0, bytes);
        dwords(
            l ->
                Float.floatToRawIntBits(
                    Math.fma(first.getFloat(4 * l), a.getFloat(4 * l), b.getFloat(4 * l))));
      }
      case VFNMADD231PS -> {
        ByteBuffer sum = read(0, bytes);
        dwords(
            l ->
                Float.floatToRawIntBits(
                    Math.fma(-a.getFloat(4 * l), b.getFloat(4 * l), sum.getFloat(4 * l))));
      }
      case VFMADD231PS -> {
        ByteBuffer sum = read(0, bytes);
        dwords(
            l ->
                Float.floatToRawIntBits(
                    Math.fma(a.getFloat(4 * l), b.getFloat(4 * l), sum.getFloat(4 * l))));
      }
      case VMULPS -> floats((x, y) -> x * y);
      // The second operand wins where the numbers do not differ, or one is not a number.
      case VMAXPS -> floats((x, y) -> x > y ? x : y);
      case VMINPS -> floats((x, y) -> x < y ? x : y);
      case VPMADDWD ->
          dwords(
              l ->
                  a.getShort(4 * l) * b.getShort(4 * l)
                      + a.getShort(4 * l + 2) * b.getShort(4 * l + 2));
      case VPDPBUSD -> {
        ByteBuffer sum = read(0, bytes);
        dwords(
            l -> {
              int dot = sum.getInt(4 * l);
              for (int j = 4 * l; j < 4 * l + 4; j++) {
                dot += (a.get(j) & 255) * b.get(j);
              }
              return dot;
            });
      }
      case VPHADDD ->
          dwords(
              l -> {
                ByteBuffer from = (l & 2) == 0 ? a : b;
                int at = 16 * (l / 4) + 8 * (l & 1);
                return from.getInt(at) + from.getInt(at + 4);
              });
      default -> {
        new Lanes(a, b, bytes, result).run(i.op());
        write(bytes);
      }
    }
  }
}
