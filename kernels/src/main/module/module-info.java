/** What is computed, fast: tensors, layouts, problems and kernels. */
module dev.pith.kernels {
  requires static jdk.incubator.vector;

  exports dev.pith.kernels;
  exports dev.pith.kernels.attention;
  exports dev.pith.kernels.conv;
  exports dev.pith.kernels.device;
  exports dev.pith.kernels.elementwise;
  exports dev.pith.kernels.layout;
  exports dev.pith.kernels.linalg;
  exports dev.pith.kernels.loss;
  exports dev.pith.kernels.matmul;
  exports dev.pith.kernels.movement;
  exports dev.pith.kernels.normalize;
  exports dev.pith.kernels.pool;
  exports dev.pith.kernels.quads;
  exports dev.pith.kernels.quantized;
  exports dev.pith.kernels.recurrent;
  exports dev.pith.kernels.reduce;
  exports dev.pith.kernels.resample;
  exports dev.pith.kernels.search;
  exports dev.pith.kernels.sequence;
  exports dev.pith.kernels.signal;
  exports dev.pith.kernels.tensor;
  exports dev.pith.kernels.x86;
}
