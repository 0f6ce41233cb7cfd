package dev.pith.runtime.plan;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.TensorType;
import java.util.List;

/**
 * What a step works on, as far as it is known before a run.
 *
 * @param constants constant inputs by place; {@code null} where an input is absent or computed
 * @param inputs types of the inputs by place; {@code null} where absent
 * @param outputs types of the outputs by place; {@code null} where nobody reads one
 */
public record Operands(List<Tensor> constants, List<TensorType> inputs, List<TensorType> outputs) {}
