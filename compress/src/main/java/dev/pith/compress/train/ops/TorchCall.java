package dev.pith.compress.train.ops;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpContext;
import dev.pith.runtime.graph.TensorType;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One node with its inputs on libtorch.
 *
 * @param node the node
 * @param inputs inputs by place; {@code null} where absent
 * @param values inputs known before the run, by place; {@code null} where computed
 * @param outputs types of the outputs for the shapes of this run
 * @param training whether normalizations use the statistics of the batch
 * @param logScale logarithm of the scale that output 0 is quantized with, where it is learned;
 *     {@code null} otherwise
 */
public record TorchCall(
    Node node,
    List<Tensor> inputs,
    List<dev.pith.kernels.tensor.Tensor> values,
    List<TensorType> outputs,
    boolean training,
    Tensor logScale) {

  /** Input {@code index}, or {@code null} where it is absent. */
  public Tensor input(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** Whether input {@code index} is present. */
  public boolean has(int index) {
    return input(index) != null;
  }

  /** Elements of input {@code index}, which is known before the run. */
  public long[] longs(int index) {
    dev.pith.kernels.tensor.Tensor value = values.get(index);
    if (value == null) {
      throw new IllegalArgumentException(
          "input "
              + node.input(index)
              + " of node "
              + node.name()
              + " depends on the data; only constants can be trained around");
    }
    return value.toLongs();
  }

  /** The operation as {@code type}. */
  public <T> T op(Class<T> type) {
    return type.cast(node.op());
  }

  /** Shape of output {@code index}. */
  public Shape output(int index) {
    return outputs.get(index).shape();
  }

  /** Number of axes of input {@code index}. */
  public int rank(int index) {
    return Math.toIntExact(input(index).dim());
  }

  /** What a kernel would have to solve: with the extents that attributes and shapes decide. */
  public Problem problem() {
    return node.op().problem(new Types(this), outputs);
  }

  /** What is known of the inputs, as operations ask for it. */
  private record Types(TorchCall call) implements OpContext {

    @Override
    public int inputCount() {
      return call.inputs().size();
    }

    @Override
    public boolean has(int index) {
      return call.has(index);
    }

    @Override
    public TensorType input(int index) {
      Tensor value = call.input(index);
      DType dtype = value.is_floating_point() ? DType.F32 : DType.I64;
      return new TensorType(dtype, Shape.of(TorchTensors.dims(value)));
    }

    @Override
    public dev.pith.kernels.tensor.Tensor value(int index) {
      return index < call.values().size() ? call.values().get(index) : null;
    }

    @Override
    public int outputCount() {
      return call.outputs().size();
    }
  }
}
