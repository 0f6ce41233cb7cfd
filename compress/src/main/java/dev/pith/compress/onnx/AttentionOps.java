package dev.pith.compress.onnx;

import dev.pith.kernels.attention.AttentionProblem.Scores;
import dev.pith.runtime.graph.ops.Attention;
import dev.pith.runtime.graph.ops.Rotary;
import java.util.List;

/** Attention and rotary embeddings. */
final class AttentionOps {

  static final List<OnnxOp> ALL =
      List.of(
          OnnxOp.of("Attention", AttentionOps::attention),
          new OnnxOp("ai.onnx.preview", "FlexAttention", AttentionOps::flexAttention),
          OnnxOp.of("RotaryEmbedding", AttentionOps::rotary));

  private AttentionOps() {}

  private static void attention(OnnxNode node, GraphBuilder graph) {
    long mode = node.integer("qk_matmul_output_mode", 0);
    if (mode < 0 || mode > 3) {
      throw node.refuse("qk_matmul_output_mode is " + mode + "; ONNX defines 0 to 3");
    }
    Scores scores =
        switch ((int) mode) {
          case 0 -> Scores.PRODUCTS;
          case 1 -> Scores.CAPPED;
          case 2 -> Scores.MASKED;
          default -> Scores.PROBABILITIES;
        };
    Attention op =
        new Attention(
            node.integer("q_num_heads", 0),
            node.integer("kv_num_heads", 0),
            node.floating("scale", 0),
            node.floating("softcap", 0),
            node.flag("is_causal", false),
            scores);
    graph.same(node, op);
  }

  /** Without graphs of its own it is plain attention. */
  private static void flexAttention(OnnxNode node, GraphBuilder graph) {
    for (String modification : List.of("score_mod", "prob_mod")) {
      if (node.has(modification)) {
        throw node.refuse("its " + modification + " (a graph) is not supported");
      }
    }
    Attention op = new Attention(0, 0, node.floating("scale", 0), 0, false, Scores.PRODUCTS);
    graph.same(node, op);
  }

  private static void rotary(OnnxNode node, GraphBuilder graph) {
    Rotary op =
        new Rotary(
            node.integer("num_heads", 0),
            node.integer("rotary_embedding_dim", 0),
            node.flag("interleaved", false));
    graph.same(node, op);
  }
}
