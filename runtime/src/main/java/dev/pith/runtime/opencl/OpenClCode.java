package dev.pith.runtime.opencl;

import dev.pith.runtime.launch.Accelerator;

/** A built program's handle; {@link OpenClPrograms} owns it. */
record OpenClCode(long program) implements Accelerator.Code {}
