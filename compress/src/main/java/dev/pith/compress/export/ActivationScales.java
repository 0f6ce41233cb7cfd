package dev.pith.compress.export;

import dev.pith.compress.layer.ValueTypes;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ops.Dequantize;
import dev.pith.runtime.graph.ops.QAdd;
import dev.pith.runtime.graph.ops.QAveragePool;
import dev.pith.runtime.graph.ops.QConcat;
import dev.pith.runtime.graph.ops.QConv;
import dev.pith.runtime.graph.ops.QGlobalAveragePool;
import dev.pith.runtime.graph.ops.QLinear;
import dev.pith.runtime.graph.ops.QLookup;
import dev.pith.runtime.graph.ops.QMul;
import dev.pith.runtime.graph.ops.Quantize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scales of the U8 values of a graph. Operations store ratios of scales only; scales themselves
 * follow from where values become or cease to be real numbers, forwards and backwards. A value that
 * no such place determines gets the scale 1: only ratios matter to it.
 */
final class ActivationScales {

  private final Graph graph;
  private final Map<String, Double> scales = new HashMap<>();
  private boolean changed;

  private ActivationScales(Graph graph) {
    this.graph = graph;
  }

  /** The scales of {@code graph}. */
  static ActivationScales of(Graph graph, ValueTypes types) {
    ActivationScales scales = new ActivationScales(graph);
    scales.spread();
    List<String> bytes = new ArrayList<>();
    graph.inputs().forEach(input -> bytes.add(input.name()));
    graph.nodes().forEach(node -> bytes.addAll(node.outputs()));
    for (String value : bytes) {
      boolean isByte =
          types.types().containsKey(value) && types.types().get(value).dtype() == DType.U8;
      if (isByte && !scales.scales.containsKey(value)) {
        scales.scales.put(value, 1.0);
        scales.spread();
      }
    }
    return scales;
  }

  /** Scale of a U8 value; 1 if nothing is known of it. */
  float of(String value) {
    return scales.getOrDefault(value, 1.0).floatValue();
  }

  private void spread() {
    do {
      changed = false;
      graph.nodes().forEach(this::visit);
    } while (changed);
  }

  private void visit(Node node) {
    String x = node.input(0);
    String y = node.output(0);
    switch (node.op()) {
      case Quantize op -> set(y, op.scale());
      case Dequantize op -> set(x, op.scale());
      case QConv op -> layer(node, op.requantize());
      case QLinear op -> layer(node, op.requantize());
      case QAdd op -> {
        ratio(x, y, op.aRatio());
        ratio(node.input(1), y, op.bRatio());
      }
      case QMul op -> product(node, op.ratio());
      case QConcat op -> {
        for (int i = 0; i < node.inputs().size(); i++) {
          ratio(node.input(i), y, op.ratios().get(i));
        }
      }
      case QAveragePool op -> ratio(x, y, op.ratio());
      case QGlobalAveragePool op -> ratio(x, y, op.ratio());
      case QLookup ignored -> {
        if (graph.constant(node, 1) != null
            && graph.constant(node, 1).quantization() instanceof Quantization.Affine affine) {
          set(y, affine.scales().get(0));
        }
      }
      default -> {
        // Whatever else carries U8 moves elements; U8 that stands for itself has no scale anyway.
        for (String output : node.outputs()) {
          ratio(x, output, 1);
        }
      }
    }
  }

  private void set(String value, double scale) {
    if (scales.putIfAbsent(value, scale) == null) {
      changed = true;
    }
  }

  /** Scale of {@code x} over scale of {@code y} is {@code ratio}. */
  private void ratio(String x, String y, double ratio) {
    if (scales.containsKey(x) && ratio != 0) {
      set(y, scales.get(x) / ratio);
    } else if (scales.containsKey(y)) {
      set(x, scales.get(y) * ratio);
    }
  }

  private void layer(Node node, Requantize requantize) {
    Tensor weight = graph.constant(node, 1);
    Tensor scale = graph.constant(node, 2);
    if (weight == null
        || scale == null
        || !(weight.quantization() instanceof Quantization.Affine affine)) {
      return;
    }
    double ratio = scale.getDouble(0) / affine.scales().get(0);
    if (requantize.output() == DType.F32) {
      set(node.input(0), ratio);
    } else {
      ratio(node.input(0), node.output(0), ratio);
    }
  }

  private void product(Node node, double ratio) {
    Double a = scales.get(node.input(0));
    Double b = scales.get(node.input(1));
    Double y = scales.get(node.output(0));
    if (a != null && b != null) {
      set(node.output(0), a * b / ratio);
    } else if (a != null && y != null) {
      set(node.input(1), y * ratio / a);
    } else if (b != null && y != null) {
      set(node.input(0), y * ratio / b);
    }
  }
}
