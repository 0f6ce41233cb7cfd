package dev.pith.compress;

import dev.pith.compress.fold.BatchNormFolding;
import dev.pith.compress.fold.CommonSubexpressions;
import dev.pith.compress.fold.ConstantFolding;
import dev.pith.compress.fold.HalfToSingle;
import dev.pith.compress.fold.IdentityRemoval;
import dev.pith.compress.fold.TransposeCancelling;
import dev.pith.compress.fuse.ActivationFusion;
import dev.pith.compress.fuse.AffineFolding;
import dev.pith.compress.fuse.FlattenedTranspose;
import dev.pith.compress.fuse.FunctionPatterns;
import dev.pith.compress.fuse.LayerNormPattern;
import dev.pith.compress.fuse.LinearFromMatMul;
import dev.pith.compress.fuse.PadFusion;
import dev.pith.compress.fuse.ResidualFusion;
import dev.pith.compress.fuse.ScaleIntoMatMul;
import dev.pith.compress.fuse.SpatialMean;
import dev.pith.compress.pass.Pass;
import dev.pith.compress.qdq.DynamicLayers;
import dev.pith.compress.qdq.IntegerLayers;
import dev.pith.compress.qdq.QuantizedArithmetic;
import dev.pith.compress.qdq.QuantizedFunctions;
import dev.pith.compress.qdq.QuantizedLayers;
import dev.pith.compress.qdq.SinkingDequantize;
import dev.pith.compress.qdq.UnsignedActivations;
import dev.pith.compress.qdq.WeightOnlyLayers;
import java.util.List;

/**
 * The one list of passes; to add one, write its class in {@code fold}, {@code fuse} or {@code qdq}
 * and a line.
 */
public final class Passes {

  /** Every pass, in the order in which they run. */
  public static final List<Pass> ALL =
      List.of(
          new UnsignedActivations(),
          new SinkingDequantize(),
          new QuantizedLayers(),
          new QuantizedArithmetic(),
          new QuantizedFunctions(),
          new IntegerLayers(),
          new DynamicLayers(),
          new WeightOnlyLayers(),
          new ConstantFolding(),
          new IdentityRemoval(),
          new CommonSubexpressions(),
          new TransposeCancelling(),
          new HalfToSingle(),
          new BatchNormFolding(),
          new LinearFromMatMul(),
          new AffineFolding(),
          new FunctionPatterns(),
          new LayerNormPattern(),
          new PadFusion(),
          new SpatialMean(),
          new ScaleIntoMatMul(),
          new FlattenedTranspose(),
          new ResidualFusion(),
          new ActivationFusion());

  private Passes() {}
}
