package dev.pith.runtime.cuda;

import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.cuda.CudaDriver.Parameter;
import dev.pith.runtime.launch.Accelerator.Value;
import dev.pith.runtime.launch.Call;
import dev.pith.runtime.launch.CommandStream;
import java.util.ArrayList;
import java.util.List;

/** A launch of a kernel function with its parameters laid out. */
final class CudaLaunch implements Call {

  private final CudaDevice device;
  private final Handle function;
  private final int groups;
  private final int groupSize;
  private final int localBytes;
  private final Handle parameters;

  CudaLaunch(
      CudaDevice device,
      Handle function,
      int groups,
      int groupSize,
      int localBytes,
      List<Value> values) {
    this.device = device;
    this.function = function;
    this.groups = groups;
    this.groupSize = groupSize;
    this.localBytes = localBytes;
    if (localBytes > 0) {
      device.driver().allowLocal(function, localBytes);
    }
    List<Parameter> list = new ArrayList<>();
    for (Value value : values) {
      list.add(
          switch (value) {
            case Value.Int32 number -> new Parameter.Int32(number.value());
            case Value.Float32 number -> new Parameter.Float32(number.value());
            case Value.Pointer pointer ->
                new Parameter.Address(CudaMemory.Buffer.address(pointer.buffer()));
          });
    }
    this.parameters = device.driver().parameters(list);
  }

  @Override
  public void enqueue(CommandStream stream) {
    device.enter();
    Handle target = ((CudaStream) stream).handle();
    device.driver().launch(function, groups, groupSize, localBytes, parameters, target);
  }

  @Override
  public void close() {
    device.driver().releaseParameters(parameters);
  }
}
