package dev.pith.kernels.x86;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.pith.kernels.x86.Operand.Gp;
import dev.pith.kernels.x86.Operand.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the processor can do and the system lets it do, asked with CPUID and XGETBV.
 *
 * @param features names as Linux has them in {@code /proc/cpuinfo}: {@code avx2}, {@code fma},
 *     {@code avx_vnni}, {@code avx512f}, {@code avx512bw}, {@code avx512vl}, {@code avx512_vnni};
 *     and {@code x86_code} where generated code can run at all
 * @param detail why there is no generated code; empty where there is
 */
public record CpuFeatures(Set<String> features, String detail) {

  public CpuFeatures {
    features = Set.copyOf(features);
  }

  /**
   * Asks the processor.
   *
   * @param architecture the processor's architecture as the virtual machine names it
   * @param system the operating system's name as the virtual machine gives it
   */
  public static CpuFeatures detect(String architecture, String system) {
    if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
      return new CpuFeatures(Set.of(), "the processor is " + architecture + ", not x86-64");
    }
    if (!system.equals("Linux")) {
      return new CpuFeatures(Set.of(), "generated code is made for Linux; this is " + system);
    }
    return Here.FEATURES;
  }

  /** The processor is asked once: the code that asks stays in memory. */
  private static final class Here {
    static final CpuFeatures FEATURES = ask();

    private static CpuFeatures ask() {
      try (Arena arena = Arena.ofConfined()) {
        return new CpuFeatures(CpuFeatures.ask(arena), "");
      } catch (CodeBuffer.RefusedException e) {
        return new CpuFeatures(Set.of(), e.getMessage());
      }
    }
  }

  private static Set<String> ask(Arena arena) {
    GeneratedCall cpuid = CodeBuffer.call(cpuid().toBytes());
    MemorySegment out = arena.allocate(16, 16);
    Set<String> found = new TreeSet<>();
    found.add("x86_code");
    int highest = leaf(cpuid, 0, 0, out)[0];
    int ecx1 = leaf(cpuid, 1, 0, out)[2];
    if (highest < 7 || (ecx1 >> 27 & 1) == 0) {
      return found;
    }
    int saved = xcr0(out);
    boolean ymm = (saved & 0x6) == 0x6;
    boolean zmm = (saved & 0xE6) == 0xE6;
    int[] leaf7 = leaf(cpuid, 7, 0, out);
    int eax71 = leaf7[0] >= 1 ? leaf(cpuid, 7, 1, out)[0] : 0;
    add(found, "avx", ymm, ecx1, 28);
    add(found, "fma", ymm, ecx1, 12);
    add(found, "f16c", ymm, ecx1, 29);
    add(found, "avx2", ymm, leaf7[1], 5);
    add(found, "avx_vnni", ymm, eax71, 4);
    add(found, "avx512f", zmm, leaf7[1], 16);
    add(found, "avx512bw", zmm, leaf7[1], 30);
    add(found, "avx512vl", zmm, leaf7[1], 31);
    add(found, "avx512_vnni", zmm, leaf7[2], 11);
    return found;
  }

  private static void add(Set<String> found, String name, boolean enabled, int word, int bit) {
    if (enabled && (word >> bit & 1) != 0) {
      found.add(name);
    }
  }

  /** Replaces leaf and subleaf in memory by eax, ebx, ecx, edx. */
  private static Assembler cpuid() {
    return new Assembler()
        .emit(Op.PUSH, Gp.RBX)
        .emit(Op.MOV32, Gp.RAX, Memory.at(Gp.RDI, 0))
        .emit(Op.MOV32, Gp.RCX, Memory.at(Gp.RDI, 4))
        .emit(Op.CPUID)
        .emit(Op.MOV32_STORE, Memory.at(Gp.RDI, 0), Gp.RAX)
        .emit(Op.MOV32_STORE, Memory.at(Gp.RDI, 4), Gp.RBX)
        .emit(Op.MOV32_STORE, Memory.at(Gp.RDI, 8), Gp.RCX)
        .emit(Op.MOV32_STORE, Memory.at(Gp.RDI, 12), Gp.RDX)
        .emit(Op.POP, Gp.RBX)
        .emit(Op.RET);
  }

  private static int[] leaf(GeneratedCall cpuid, int leaf, int subleaf, MemorySegment words) {
    words.set(JAVA_INT, 0, leaf);
    words.set(JAVA_INT, 4, subleaf);
    cpuid.run(words);
    return words.toArray(JAVA_INT);
  }

  /** The state components the system saves: bits 1 and 2 for AVX, 5 to 7 for AVX-512. */
  private static int xcr0(MemorySegment out) {
    byte[] code =
        new Assembler()
            .emit(Op.XOR32, Gp.RCX, Gp.RCX)
            .emit(Op.XGETBV)
            .emit(Op.MOV32_STORE, Memory.at(Gp.RDI, 0), Gp.RAX)
            .emit(Op.RET)
            .toBytes();
    CodeBuffer.call(code).run(out);
    return out.get(JAVA_INT, 0);
  }
}
