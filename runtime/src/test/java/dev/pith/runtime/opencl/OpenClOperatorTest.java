package dev.pith.runtime.opencl;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.OperatorSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the first OpenCL device. */
@Tag("opencl")
class OpenClOperatorTest extends OperatorSuite {

  @RegisterExtension static final DeviceMachine MACHINE = OpenClMachines.first();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
