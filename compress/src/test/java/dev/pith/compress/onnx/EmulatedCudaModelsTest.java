package dev.pith.compress.onnx;

import dev.pith.runtime.DeviceSessions;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.cuda.EmulatedCuda;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.opencl.OpenClMachines;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models through the CUDA backend, with kernels run by an OpenCL device. */
@Tag("opencl")
class EmulatedCudaModelsTest extends Int8DeviceModels {

  @RegisterExtension static final DeviceMachine OPENCL = OpenClMachines.first();

  @Override
  Session open(Model model) {
    return DeviceSessions.over(model, EmulatedCuda.over(OPENCL.device(), OPENCL.cache()));
  }
}
