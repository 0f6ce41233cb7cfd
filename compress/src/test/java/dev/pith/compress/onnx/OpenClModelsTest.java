package dev.pith.compress.onnx;

import org.junit.jupiter.api.Tag;

/** Models on the first OpenCL device. */
@Tag("opencl")
class OpenClModelsTest extends DeviceModels {
  OpenClModelsTest() {
    super("opencl");
  }
}
