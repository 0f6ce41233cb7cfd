package dev.pith.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.pith.compress.measure.Engine;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Dim;
import dev.pith.runtime.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime, the peer, at its best settings for one run at a time: all graph optimizations, the
 * threads asked for within an operator, none between operators.
 */
public final class OrtEngine implements Engine {

  @Override
  public String name() {
    return "ort";
  }

  @Override
  public boolean reads(Path file) {
    return file.toString().endsWith(".onnx");
  }

  @Override
  public Opened open(Path file, String device, int threads) throws IOException {
    if (device != null && !device.equals("cpu") && !device.equals("auto")) {
      throw new IllegalArgumentException("engine ort runs on the CPU here; device is " + device);
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    try {
      return new Run(Ort.session(file, count), count);
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          "ONNX Runtime cannot open " + file + ": " + firstLine(e), e);
    }
  }

  private static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static final class Run implements Opened {

    private final OrtSession session;
    private final int threads;
    private Map<String, Tensor> bound = Map.of();
    private Map<String, OnnxTensor> values = Map.of();

    Run(OrtSession session, int threads) {
      this.session = session;
      this.threads = threads;
    }

    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public int threads() {
      return threads;
    }

    @Override
    public List<ValueInfo> inputs() {
      try {
        List<ValueInfo> inputs = new ArrayList<>();
        for (NodeInfo node : session.getInputInfo().values()) {
          if (!(node.getInfo() instanceof TensorInfo info)) {
            throw new IllegalArgumentException("input " + node.getName() + " is not a tensor");
          }
          List<Dim> dims = new ArrayList<>();
          for (long dim : info.getShape()) {
            dims.add(dim < 0 ? Dim.symbol("") : Dim.of(dim));
          }
          inputs.add(new ValueInfo(node.getName(), dtype(info.type), dims));
        }
        return inputs;
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + firstLine(e), e);
      }
    }

    /** Runs once; inputs stay bound while the same map is given, so that only the run is timed. */
    @Override
    public synchronized void run(Map<String, Tensor> inputs) {
      try {
        if (inputs != bound) {
          release();
          values = new HashMap<>();
          for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            values.put(input.getKey(), Ort.tensor(input.getValue()));
          }
          bound = inputs;
        }
        session.run(values).close();
      } catch (OrtException e) {
        throw new IllegalArgumentException("ONNX Runtime: " + firstLine(e), e);
      }
    }

    private void release() {
      values.values().forEach(OnnxTensor::close);
      values = Map.of();
    }

    @Override
    public long residentWeightBytes() {
      return -1;
    }

    @Override
    public long workspaceBytes() {
      return -1;
    }

    @Override
    public synchronized void close() {
      release();
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + firstLine(e), e);
      }
    }
  }

  private static DType dtype(OnnxJavaType type) {
    for (DType dtype : DType.values()) {
      boolean known =
          switch (dtype) {
            case U16, U32, U64, I4, U4 -> false;
            default -> Ort.type(dtype) == type;
          };
      if (known) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("inputs of type " + type + " are not supported");
  }
}
