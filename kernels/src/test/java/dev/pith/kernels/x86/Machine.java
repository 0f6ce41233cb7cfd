package dev.pith.kernels.x86;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import dev.pith.kernels.x86.Operand.Vec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets instructions as the Software Developer's Manual defines them, on the memory of this
 * process, so that code for processors that are not at hand can be checked. Slow.
 */
public final class Machine {

  @SuppressWarnings("restricted") // it interprets code that reads any address
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final List<Instruction> code;
  private final Map<Label, Integer> labels = new HashMap<>();
  private final Map<Gp, Long> registers = new EnumMap<>(Gp.class);
  private final byte[][] vectors = new byte[32][64];
  private final Deque<Long> stack = new ArrayDeque<>();
  private long difference;

  private Machine(List<Instruction> code) {
    this.code = code;
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i).op() == null) {
        labels.put((Label) code.get(i).operand(0), i);
      }
    }
  }

  /** A handle that interprets {@code code} with the address of its argument in rdi. */
  public static MethodHandle handle(Assembler code) {
    try {
      return MethodHandles.lookup()
          .findStatic(
              Machine.class,
              "run",
              MethodType.methodType(void.class, List.class, MemorySegment.class))
          .bindTo(code.instructions());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @SuppressWarnings("UnusedMethod") // through the handle
  private static void run(List<Instruction> code, MemorySegment args) {
    Machine machine = new Machine(code);
    machine.registers.put(Gp.RDI, args.address());
    machine.run();
  }

  private void run() {
    int at = 0;
    while (true) {
      Instruction i = code.get(at++);
      Op op = i.op();
      if (op == Op.RET) {
        if (!stack.isEmpty()) {
          throw new AssertionError(stack.size() + " values are left on the stack");
        }
        return;
      } else if (op != null && op.form == Op.Form.JUMP) {
        at = isTaken(op) ? labels.get((Label) i.operand(0)) : at;
      } else if (op != null && op.isVector()) {
        new VectorStep(i).run();
      } else if (op != null) {
        general(i);
      }
    }
  }

  private boolean isTaken(Op op) {
    return switch (op) {
      case JMP -> true;
      case JE -> difference == 0;
      case JNE -> difference != 0;
      case JL -> difference < 0;
      case JGE -> difference >= 0;
      default -> throw new AssertionError(op);
    };
  }

  private long get(Gp register) {
    return registers.getOrDefault(register, 0L);
  }

  private long address(Memory m) {
    return get(m.base()) + (m.index() == null ? 0 : get(m.index()) * m.scale()) + m.displacement();
  }

  private long long64(Operand operand) {
    return switch (operand) {
      case Gp gp -> get(gp);
      case Imm imm -> imm.value();
      case Memory memory -> ALL.get(Elements.I64, address(memory));
      default -> throw new AssertionError(operand);
    };
  }

  private int int32(Operand operand) {
    return operand instanceof Memory memory
        ? ALL.get(Elements.I32, address(memory))
        : (int) long64(operand);
  }

  private void general(Instruction i) {
    Operand to = i.operands().isEmpty() ? null : i.operand(0);
    switch (i.op()) {
      case MOV, MOV_IMM -> registers.put((Gp) to, long64(i.operand(1)));
      case MOV32 -> registers.put((Gp) to, int32(i.operand(1)) & 0xFFFFFFFFL);
      case MOVSXD -> registers.put((Gp) to, (long) int32(i.operand(1)));
      case LEA -> registers.put((Gp) to, address((Memory) i.operand(1)));
      case XOR32 -> registers.put((Gp) to, (int32(to) ^ int32(i.operand(1))) & 0xFFFFFFFFL);
      case ADD, ADD_IMM -> set((Gp) to, get((Gp) to) + long64(i.operand(1)));
      case SUB, SUB_IMM -> set((Gp) to, get((Gp) to) - long64(i.operand(1)));
      case IMUL -> registers.put((Gp) to, get((Gp) to) * long64(i.operand(1)));
      case CMP, CMP_IMM -> difference = get((Gp) to) - long64(i.operand(1));
      case SHL_IMM -> set((Gp) to, get((Gp) to) << long64(i.operand(1)));
      case MOV_STORE -> ALL.set(Elements.I64, address((Memory) to), long64(i.operand(1)));
      case PUSH -> stack.push(get((Gp) to));
      case POP -> registers.put((Gp) to, stack.pop());
      case VZEROUPPER -> {
        for (byte[] vector : vectors) {
          java.util.Arrays.fill(vector, 16, 64, (byte) 0);
        }
      }
      default -> throw new AssertionError(i.op() + " is not interpreted");
    }
  }

  private void set(Gp register, long value) {
    registers.put(register, value);
    difference = value;
  }

  /** One vector instruction: operands read, result written, upper bytes of registers cleared. */
  private final class VectorStep {
    private final Instruction i;
    private final int bytes;
    private final byte[] resultBytes = new byte[64];
    private final ByteBuffer result = buffer(resultBytes);

    VectorStep(Instruction i) {
      this.i = i;
      this.bytes = i.bits() / 8;
    }

    private static ByteBuffer buffer(byte[] bytes) {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer read(int operand, int count) {
      byte[] value = new byte[64];
      if (i.operand(operand) instanceof Memory memory) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, address(memory), value, 0, count);
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
        MemorySegment.copy(resultBytes, 0, ALL, ValueLayout.JAVA_BYTE, address(memory), count);
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
            ALL.set(Elements.I32, address(memory) + 4L * l, read(2, bytes).getInt(4 * l));
          } else {
            result.putInt(4 * l, ALL.get(Elements.I32, address((Memory) i.operand(2)) + 4L * l));
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
      ByteBuffer b = read(2, bytes);
      switch (i.op()) {
        case VPXOR -> dwords(l -> a.getInt(4 * l) ^ b.getInt(4 * l));
        case VPADDD -> dwords(l -> a.getInt(4 * l) + b.getInt(4 * l));
        case VPSUBD -> dwords(l -> a.getInt(4 * l) - b.getInt(4 * l));
        case VDIVPS -> floats((x, y) -> x / y);
        case VADDPS -> floats((x, y) -> x + y);
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
        case VPSUBW -> {
          for (int l = 0; l < bytes; l += 2) {
            result.putShort(l, (short) (a.getShort(l) - b.getShort(l)));
          }
          write(bytes);
        }
        case VPHADDD ->
            dwords(
                l -> {
                  ByteBuffer from = (l & 2) == 0 ? a : b;
                  int at = 16 * (l / 4) + 8 * (l & 1);
                  return from.getInt(at) + from.getInt(at + 4);
                });
        case VPACKSSDW, VPACKSSWB, VPACKUSWB -> pack(a, b);
        default -> unpack(a, b);
      }
    }

    private void pack(ByteBuffer a, ByteBuffer b) {
      boolean words = i.op() == Op.VPACKSSDW;
      int size = words ? 2 : 1;
      for (int at = 0; at < bytes; at += size) {
        int inLane = at % 16;
        ByteBuffer from = inLane < 8 ? a : b;
        int source = at / 16 * 16 + inLane % 8 * 2;
        if (words) {
          int value = from.getInt(source);
          result.putShort(at, (short) Math.clamp((long) value, -32768, 32767));
        } else {
          int low = i.op() == Op.VPACKUSWB ? 0 : -128;
          int value = from.getShort(source);
          result.put(at, (byte) Math.clamp((long) value, low, low + 255));
        }
      }
      write(bytes);
    }

    private void unpack(ByteBuffer a, ByteBuffer b) {
      int size =
          switch (i.op()) {
            case VPUNPCKLBW, VPUNPCKHBW -> 1;
            case VPUNPCKLWD, VPUNPCKHWD -> 2;
            case VPUNPCKLDQ, VPUNPCKHDQ -> 4;
            case VPUNPCKLQDQ, VPUNPCKHQDQ -> 8;
            default -> throw new AssertionError(i.op() + " is not interpreted");
          };
      int high = i.op().name().startsWith("VPUNPCKH") ? 8 : 0;
      for (int at = 0; at < bytes; at += size) {
        int element = at % 16 / size;
        int source = at / 16 * 16 + high + element / 2 * size;
        result.put(at, element % 2 == 0 ? a : b, source, size);
      }
      write(bytes);
    }
  }
}
