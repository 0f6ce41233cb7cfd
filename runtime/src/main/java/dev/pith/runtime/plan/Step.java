package dev.pith.runtime.plan;

import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * One kernel run of a plan.
 *
 * @param node the node it computes
 * @param problem what is solved
 * @param selection by which kernel
 * @param constants constant inputs by place; {@code null} where an input is absent or computed
 * @param inputs types of the inputs by place; {@code null} where absent
 * @param outputs types of the outputs by place
 */
public record Step(
    Node node,
    Problem problem,
    Selection selection,
    List<Tensor> constants,
    List<TensorType> inputs,
    List<TensorType> outputs) {}
