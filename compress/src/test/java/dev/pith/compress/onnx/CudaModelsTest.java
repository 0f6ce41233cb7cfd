package dev.pith.compress.onnx;

import org.junit.jupiter.api.Tag;

/** Models on the first CUDA device. */
@Tag("cuda")
class CudaModelsTest extends DeviceModels {
  CudaModelsTest() {
    super("cuda");
  }
}
