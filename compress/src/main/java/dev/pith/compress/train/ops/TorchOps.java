package dev.pith.compress.train.ops;

import static java.util.Map.entry;

import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.BatchNorm;
import dev.pith.runtime.graph.ops.Binary;
import dev.pith.runtime.graph.ops.Cast;
import dev.pith.runtime.graph.ops.Concat;
import dev.pith.runtime.graph.ops.Conv;
import dev.pith.runtime.graph.ops.DepthToSpace;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.Expand;
import dev.pith.runtime.graph.ops.Flatten;
import dev.pith.runtime.graph.ops.Gather;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.graph.ops.Linear;
import dev.pith.runtime.graph.ops.Lrn;
import dev.pith.runtime.graph.ops.MatMul;
import dev.pith.runtime.graph.ops.Normalize;
import dev.pith.runtime.graph.ops.Pad;
import dev.pith.runtime.graph.ops.Pool;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.QMul;
import dev.pith.runtime.graph.ops.Quantize;
import dev.pith.runtime.graph.ops.Recurrent;
import dev.pith.runtime.graph.ops.Reduce;
import dev.pith.runtime.graph.ops.Reshape;
import dev.pith.runtime.graph.ops.Resize;
import dev.pith.runtime.graph.ops.Slice;
import dev.pith.runtime.graph.ops.Softmax;
import dev.pith.runtime.graph.ops.Split;
import dev.pith.runtime.graph.ops.Squeeze;
import dev.pith.runtime.graph.ops.Tile;
import dev.pith.runtime.graph.ops.Transpose;
import dev.pith.runtime.graph.ops.Unary;
import dev.pith.runtime.graph.ops.Unsqueeze;
import dev.pith.runtime.graph.ops.Where;
import java.util.Map;
import java.util.TreeMap;

/** The one list of trainable operations. */
public final class TorchOps {

  /** How each operation runs, by its record class. */
  public static final Map<Class<? extends Op>, TorchOp> ALL =
      Map.ofEntries(
          // elementwise
          entry(Binary.class, TorchOp.of(ElementwiseOps::binary)),
          entry(Unary.class, TorchOp.of(ElementwiseOps::unary)),
          entry(Where.class, TorchOp.of(ElementwiseOps::where)),
          entry(Cast.class, TorchOp.of(ElementwiseOps::cast)),
          // matrix products and convolutions
          entry(Conv.class, TorchOp.of(LayerOps::conv)),
          entry(Linear.class, TorchOp.of(LayerOps::linear)),
          entry(MatMul.class, TorchOp.of(LayerOps::matMul)),
          entry(Recurrent.class, RecurrentOps::recurrent),
          // windows and reductions
          entry(Pool.class, TorchOp.of(PoolOps::pool)),
          entry(Reduce.class, TorchOp.of(ReduceOps::reduce)),
          entry(Softmax.class, TorchOp.of(ReduceOps::softmax)),
          // normalization
          entry(BatchNorm.class, TorchOp.of(NormOps::batch)),
          entry(Normalize.class, TorchOp.of(NormOps::normalize)),
          entry(Lrn.class, TorchOp.of(NormOps::localResponse)),
          // 8-bit integers, held as floats and rounded with straight-through gradients
          entry(Quantize.class, TorchOp.of(QuantizedOps::quantize)),
          entry(Dequantize.class, TorchOp.of(QuantizedOps::dequantize)),
          entry(QConv.class, TorchOp.of(QuantizedOps::conv)),
          entry(QLinear.class, TorchOp.of(QuantizedOps::linear)),
          entry(QAdd.class, TorchOp.of(QuantizedOps::add)),
          entry(QMul.class, TorchOp.of(QuantizedOps::multiply)),
          entry(QConcat.class, TorchOp.of(QuantizedOps::concat)),
          entry(QLookup.class, TorchOp.of(QuantizedOps::lookup)),
          entry(QAveragePool.class, TorchOp.of(QuantizedOps::averagePool)),
          entry(QGlobalAveragePool.class, TorchOp.of(QuantizedOps::globalAveragePool)),
          // shapes and data movement
          entry(Identity.class, TorchOp.of(ShapeOps::identity)),
          entry(Reshape.class, TorchOp.of(ShapeOps::reshape)),
          entry(Flatten.class, TorchOp.of(ShapeOps::reshape)),
          entry(Squeeze.class, TorchOp.of(ShapeOps::reshape)),
          entry(Unsqueeze.class, TorchOp.of(ShapeOps::reshape)),
          entry(Transpose.class, TorchOp.of(ShapeOps::transpose)),
          entry(Concat.class, TorchOp.of(ShapeOps::concat)),
          entry(Split.class, ShapeOps::split),
          entry(Slice.class, TorchOp.of(ShapeOps::slice)),
          entry(Expand.class, TorchOp.of(ShapeOps::expand)),
          entry(Tile.class, TorchOp.of(ShapeOps::tile)),
          entry(Gather.class, TorchOp.of(ShapeOps::gather)),
          entry(Pad.class, TorchOp.of(ShapeOps::pad)),
          entry(DepthToSpace.class, TorchOp.of(ShapeOps::depthToSpace)),
          entry(Resize.class, TorchOp.of(ResampleOps::resize)));

  private TorchOps() {}

  /** How {@code op} runs, or {@code null} if it cannot be trained. */
  public static TorchOp of(Op op) {
    return ALL.get(op.getClass());
  }

  /**
   * Nodes that run at each step and cannot be trained, by operation.
   *
   * @return names of the operations, each with the name of its first node; empty if none
   */
  public static Map<String, String> untrainable(Iterable<Node> nodes) {
    Map<String, String> found = new TreeMap<>();
    for (Node node : nodes) {
      if (of(node.op()) == null) {
        found.putIfAbsent(node.op().name(), node.name());
      }
    }
    return found;
  }

  /** Whether every node of {@code graph} can be trained or folded away. */
  public static boolean isTrainable(Graph graph) {
    return untrainable(graph.nodes()).isEmpty();
  }
}
