package dev.pith.kernels.quantized;

import dev.pith.kernels.x86.Assembler;

/** A generated function, described by value, that takes the address of its arguments. */
sealed interface X86Code permits X86BlockCode, X86QuadCode, X86TokenCode {

  /** Its instructions. */
  Assembler assemble();
}
