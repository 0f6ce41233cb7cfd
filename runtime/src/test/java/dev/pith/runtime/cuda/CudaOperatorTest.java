package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.OperatorSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the first CUDA device: own kernels, cuBLAS and cuSPARSE. */
@Tag("cuda")
class CudaOperatorTest extends OperatorSuite {

  @RegisterExtension static final DeviceMachine MACHINE = CudaMachines.first();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
