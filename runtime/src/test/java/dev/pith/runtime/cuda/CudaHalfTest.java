package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.HalfSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the first CUDA device: matrix units, and cuBLAS beside them. */
@Tag("cuda")
class CudaHalfTest extends HalfSuite {

  @RegisterExtension static final DeviceMachine MACHINE = CudaMachines.first();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
