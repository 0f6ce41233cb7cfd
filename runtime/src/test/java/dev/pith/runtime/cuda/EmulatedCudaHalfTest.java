package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.HalfSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite through the CUDA backend, with kernels run by an OpenCL device. */
@Tag("opencl")
class EmulatedCudaHalfTest extends HalfSuite {

  @RegisterExtension static final DeviceMachine MACHINE = EmulatedCuda.onOpenClIfSlow();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
