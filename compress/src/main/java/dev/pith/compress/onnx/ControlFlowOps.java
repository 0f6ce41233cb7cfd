package dev.pith.compress.onnx;

import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.graph.ops.If;
import dev.pith.runtime.graph.ops.Loop;
import dev.pith.runtime.graph.ops.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Operators that run graphs of their own. */
final class ControlFlowOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("If", ControlFlowOps::branch),
          OnnxOp.of("Loop", ControlFlowOps::loop),
          OnnxOp.of("Scan", ControlFlowOps::scan));

  private ControlFlowOps() {}

  private static void branch(OnnxNode node, GraphBuilder graph) {
    Subgraph first = node.graph("then_branch");
    Subgraph second = node.graph("else_branch");
    List<String> inputs = new ArrayList<>(List.of(node.input(0)));
    inputs.addAll(first.captured());
    inputs.addAll(second.captured());
    graph.write(new If(first.graph(), second.graph()), inputs, node.outputs());
    declare(node, graph, first.graph().outputs());
  }

  private static void loop(OnnxNode node, GraphBuilder graph) {
    Subgraph body = node.graph("body");
    List<String> inputs = new ArrayList<>(node.inputs());
    while (inputs.size() < 2) {
      inputs.add("");
    }
    int carried = inputs.size() - 2;
    inputs.addAll(body.captured());
    graph.write(new Loop(body.graph(), carried), inputs, node.outputs());
    List<ValueInfo> results = body.graph().outputs();
    declare(node, graph, results.subList(Math.min(1, results.size()), results.size()));
  }

  private static void scan(OnnxNode node, GraphBuilder graph) {
    Subgraph body = node.graph("body");
    int scanned = (int) node.integer("num_scan_inputs", 0);
    List<String> inputs = new ArrayList<>(node.inputs());
    boolean batched = node.opset() < 9;
    if (batched && !inputs.remove(0).isEmpty()) {
      throw node.refuse("sequences of different lengths are not supported");
    }
    int states = inputs.size() - scanned;
    int stacked = node.outputCount() - states;
    Scan scan =
        new Scan(
            body.graph(),
            scanned,
            body.captured().size(),
            node.longs("scan_input_axes", zeros(scanned)),
            node.longs(batched ? "directions" : "scan_input_directions", zeros(scanned)),
            node.longs("scan_output_axes", zeros(stacked)),
            node.longs("scan_output_directions", zeros(stacked)));
    if (batched) {
      scan = overBatch(scan, inputs.size());
    }
    inputs.addAll(body.captured());
    graph.write(scan, inputs, node.outputs());
    declare(node, graph, body.graph().outputs());
  }

  private static List<Long> zeros(int count) {
    return Collections.nCopies(Math.max(0, count), 0L);
  }

  /** Before operator set 9, everything had a first axis over which whole scans are repeated. */
  private static Scan overBatch(Scan scan, int own) {
    Graph body = scan.body();
    List<String> names = body.inputs().stream().map(ValueInfo::name).toList();
    List<ValueInfo> inputs = body.inputs().stream().map(ControlFlowOps::open).toList();
    List<ValueInfo> outputs = body.outputs().stream().map(ControlFlowOps::open).toList();
    Node node = new Node("scan", scan, names, outputs.stream().map(ValueInfo::name).toList());
    Graph whole = new Graph("batch", inputs, outputs, List.of(node), Map.of());
    return new Scan(
        whole,
        own,
        scan.outer(),
        zeros(own),
        zeros(own),
        zeros(outputs.size()),
        zeros(outputs.size()));
  }

  private static ValueInfo open(ValueInfo info) {
    return new ValueInfo(info.name(), info.dtype(), null);
  }

  /** Outputs have the element types of the body's; their shapes show when it runs. */
  private static void declare(OnnxNode node, GraphBuilder graph, List<ValueInfo> results) {
    for (int i = 0; i < Math.min(results.size(), node.outputCount()); i++) {
      if (node.hasOutput(i)) {
        graph.types().declare(new ValueInfo(node.output(i), results.get(i).dtype(), null));
      }
    }
  }
}
