package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.GeneralInt8Suite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the first CUDA device: own kernels, cuBLAS and cuSPARSE. */
@Tag("cuda")
class CudaGeneralInt8Test extends GeneralInt8Suite {

  @RegisterExtension static final DeviceMachine MACHINE = CudaMachines.first();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
