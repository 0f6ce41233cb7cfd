package dev.pith.runtime.opencl;

import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.GeneralInt8Suite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the first OpenCL device. */
@Tag("opencl")
class OpenClGeneralInt8Test extends GeneralInt8Suite {

  @RegisterExtension static final DeviceMachine MACHINE = OpenClMachines.first();

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }
}
