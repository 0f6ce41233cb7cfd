package dev.pith.runtime.opencl;

import dev.pith.kernels.device.DeviceTarget;
import dev.pith.runtime.launch.DeviceMachine;
import dev.pith.runtime.launch.HalfSuite;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on an OpenCL device, in which work items do what matrix units do. */
@Tag("opencl")
class OpenClHalfTest extends HalfSuite {

  @RegisterExtension
  static final DeviceMachine MACHINE = OpenClMachines.with(Set.of(DeviceTarget.MATRIX_F16));

  @Override
  protected DeviceMachine machine() {
    return MACHINE;
  }

  @Override
  protected boolean compilesSlowly() {
    return true;
  }
}
