package dev.pith.kernels.x86;

/**
 * A generated function, described by value (implementations are records), that takes the address of
 * its arguments in rdi.
 */
public interface GeneratedCode {

  /** Its instructions. */
  Assembler assemble();
}
