package dev.pith.kernels.x86;

import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Imm;
import dev.pith.kernels.x86.Operand.Label;
import dev.pith.kernels.x86.Operand.Memory;
import java.lang.foreign.MemorySegment;
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

  /** A call that interprets {@code code} with the address of its argument in rdi. */
  public static GeneratedCall call(Assembler code) {
    List<Instruction> instructions = code.instructions();
    return new GeneratedCall() {
      @Override
      public void run(MemorySegment args) {
        Machine machine = new Machine(instructions);
        machine.registers.put(Gp.RDI, args.address());
        machine.run();
      }
    };
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
        new VectorStep(i, vectors, ALL, this::address).run();
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
      case MOV32_STORE -> ALL.set(Elements.I32, address((Memory) to), (int) long64(i.operand(1)));
      case PREFETCHT0 -> address((Memory) to);
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
}
