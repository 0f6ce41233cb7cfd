/**
 * The OpenCL backend: device kernels compiled at run time, weights in their compressed layouts in
 * device memory, activations that stay there for a whole plan.
 *
 * <p>Read {@link dev.pith.runtime.opencl.OpenClDevice}, then {@code OpenClExecutable}. The only
 * package that may import LWJGL; {@link dev.pith.runtime.opencl.OpenClBackend} itself loads none of
 * its classes before it is asked what is there.
 */
package dev.pith.runtime.opencl;
