package dev.pith.runtime.cuda;

import dev.pith.runtime.launch.Accelerator;
import dev.pith.runtime.launch.Accelerator.Value;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import dev.pith.runtime.launch.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CUDA's libraries over an OpenCL device: kernels run for real, as OpenCL C, so that everything but
 * NVIDIA's own code is executed. Memory is copied around each launch.
 */
final class PoclCuda extends FakeCuda {

  private final Accelerator opencl;

  PoclCuda(Accelerator opencl) {
    super(9, 0);
    this.opencl = opencl;
  }

  @Override
  synchronized void run(
      String source, String entry, int groups, int groupSize, List<Parameter> values) {
    Map<Long, DeviceBuffer> mirrors = new LinkedHashMap<>();
    List<DeviceBuffer> parts = new ArrayList<>();
    List<Value> operands = new ArrayList<>();
    try (CommandStream stream = opencl.stream()) {
      for (Parameter value : values) {
        operands.add(
            switch (value) {
              case Parameter.Int32 number -> new Value.Int32(number.value());
              case Parameter.Float32 number -> new Value.Float32(number.value());
              case Parameter.Address address ->
                  new Value.Pointer(
                      address.value() == 0
                          ? null
                          : mirror(address.value(), stream, mirrors, parts));
            });
      }
      Call call = opencl.launch(opencl.code(source, entry), entry, groups, groupSize, 0, operands);
      call.enqueue(stream);
      mirrors.forEach((base, mirror) -> stream.read(mirror, memory(base)));
      stream.finish();
      call.close();
    } finally {
      parts.forEach(DeviceBuffer::close);
      mirrors.values().forEach(DeviceBuffer::close);
    }
  }

  private DeviceBuffer mirror(
      long address,
      CommandStream stream,
      Map<Long, DeviceBuffer> mirrors,
      List<DeviceBuffer> parts) {
    long base = base(address);
    DeviceBuffer whole = mirrors.get(base);
    if (whole == null) {
      MemorySegment memory = memory(base);
      whole = opencl.allocate(memory.byteSize(), "a mirror");
      mirrors.put(base, whole);
      stream.write(whole, memory);
    }
    DeviceBuffer part = whole.part(address - base, memory(address).byteSize());
    parts.add(part);
    return part;
  }
}
