/**
 * What tests of kernels share: guarded memory and a runner that splits work in unusual ways.
 *
 * <p>Exported as a test-jar. Read {@link dev.pith.kernels.testing.KernelRunner} first.
 */
package dev.pith.kernels.testing;
