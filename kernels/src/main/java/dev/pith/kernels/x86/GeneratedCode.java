package dev.pith.kernels.x86;

/**
 * A generated function, described by value (implementations are records), that takes the address of
 * its arguments in rdi.
 */
public interface GeneratedCode {

  /**
   * A name that no function with other instructions has: its kind, then all that its instructions
   * depend on. Functions are found by name and not by the record's {@code equals}, which a virtual
   * machine makes on first use and so would cost some milliseconds a kind at every start.
   */
  String name();

  /** Its instructions. */
  Assembler assemble();
}
