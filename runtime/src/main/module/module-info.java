/**
 * Loads {@code .pith} files and runs them compressed. Read {@link dev.pith.runtime.Model} first.
 * LWJGL is needed for OpenCL devices only, JCuda for CUDA devices only.
 */
module dev.pith.runtime {
  requires transitive dev.pith.kernels;
  requires static jcublas;
  requires static jcuda;
  requires static jcusparse;
  requires static org.lwjgl;
  requires static org.lwjgl.opencl;

  exports dev.pith.runtime;
  exports dev.pith.runtime.device;
  exports dev.pith.runtime.format;
  exports dev.pith.runtime.graph;
  exports dev.pith.runtime.graph.ops;
  exports dev.pith.runtime.plan;
}
