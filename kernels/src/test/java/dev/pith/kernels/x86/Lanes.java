package dev.pith.kernels.x86;

import java.nio.ByteBuffer;

/**
 * Instructions on bytes and 16-bit words, and those that move parts of 128-bit lanes.
 *
 * @param a first operand
 * @param b second operand
 * @param bytes width
 * @param result where the result goes
 */
record Lanes(ByteBuffer a, ByteBuffer b, int bytes, ByteBuffer result) {

  private interface Words {
    int of(int at);
  }

  void run(Op op) {
    switch (op) {
      case VPSUBW -> words(at -> a.getShort(at) - b.getShort(at));
      case VPADDW -> words(at -> a.getShort(at) + b.getShort(at));
      case VPADDSW ->
          words(at -> Math.clamp((long) a.getShort(at) + b.getShort(at), -32768, 32767));
      case VPMADDUBSW ->
          words(
              at -> {
                int sum = (a.get(at) & 255) * b.get(at) + (a.get(at + 1) & 255) * b.get(at + 1);
                return Math.clamp((long) sum, -32768, 32767);
              });
      case VPMAXUB -> {
        for (int at = 0; at < bytes; at++) {
          result.put(at, (byte) Math.max(a.get(at) & 255, b.get(at) & 255));
        }
      }
      case VPMINUB -> {
        for (int at = 0; at < bytes; at++) {
          result.put(at, (byte) Math.min(a.get(at) & 255, b.get(at) & 255));
        }
      }
      case VPSHUFB -> {
        for (int at = 0; at < bytes; at++) {
          int from = b.get(at);
          result.put(at, from < 0 ? 0 : a.get(at / 16 * 16 + (from & 15)));
        }
      }
      case VPACKSSDW, VPACKSSWB, VPACKUSWB -> pack(op);
      default -> unpack(op);
    }
  }

  private void words(Words f) {
    for (int at = 0; at < bytes; at += 2) {
      result.putShort(at, (short) f.of(at));
    }
  }

  private void pack(Op op) {
    boolean words = op == Op.VPACKSSDW;
    int size = words ? 2 : 1;
    for (int at = 0; at < bytes; at += size) {
      int inLane = at % 16;
      ByteBuffer from = inLane < 8 ? a : b;
      int source = at / 16 * 16 + inLane % 8 * 2;
      if (words) {
        int value = from.getInt(source);
        result.putShort(at, (short) Math.clamp((long) value, -32768, 32767));
      } else {
        int low = op == Op.VPACKUSWB ? 0 : -128;
        int value = from.getShort(source);
        result.put(at, (byte) Math.clamp((long) value, low, low + 255));
      }
    }
  }

  private void unpack(Op op) {
    int size =
        switch (op) {
          case VPUNPCKLBW, VPUNPCKHBW -> 1;
          case VPUNPCKLWD, VPUNPCKHWD -> 2;
          case VPUNPCKLDQ, VPUNPCKHDQ -> 4;
          case VPUNPCKLQDQ, VPUNPCKHQDQ -> 8;
          default -> throw new AssertionError(op + " is not interpreted");
        };
    int high = op.name().startsWith("VPUNPCKH") ? 8 : 0;
    for (int at = 0; at < bytes; at += size) {
      int element = at % 16 / size;
      int source = at / 16 * 16 + high + element / 2 * size;
      result.put(at, element % 2 == 0 ? a : b, source, size);
    }
  }
}
