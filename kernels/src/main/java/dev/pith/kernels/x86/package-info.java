/**
 * Machine code for x86-64, generated from Java and called through {@code java.lang.foreign}: the
 * only package that uses {@link java.lang.foreign.Linker}.
 *
 * <p>Read {@link dev.pith.kernels.x86.Assembler} first, then {@link
 * dev.pith.kernels.x86.CodeBuffer}. Instructions are data ({@link dev.pith.kernels.x86.Op}): the
 * encoder turns them into bytes, tests also interpret them, so that code for processors that are
 * not at hand is checked as well.
 */
package dev.pith.kernels.x86;
