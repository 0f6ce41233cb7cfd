package dev.pith.compress;

import dev.pith.compress.calibrate.RangeMethod;
import dev.pith.compress.pack.LayoutRule;
import dev.pith.compress.prune.LayerOverride;
import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.quantize.QuantizeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads recipes from YAML. All keys are optional:
 *
 * <pre>{@code
 * seed: 0
 * calibrate: cifar10:train.bin.gz?scale=0.0039   # data for calibration
 * samples: 256
 * prune: block2x4:0.8,method=second-order         # one step or a list of steps, or:
 * prune:
 *   pattern: block2x4      # unstructured, block1x4 … block16x4, nm2:4, channels
 *   sparsity: 0.8          # not for N:M
 *   criterion: l2          # l1; scale (of BatchNorm) for channels
 *   allocation: uniform    # global, erk
 *   method: magnitude      # second-order
 *   first: dense           # pruned
 *   last: dense
 *   depthwise: dense
 *   min: 512               # layers with fewer weights stay dense
 *   multiple: 1            # channels left in a layer are a multiple of this
 *   layers:                # names or patterns: dense, a sparsity, or pattern:sparsity
 *     "head*": 0.5
 * quantize: int8           # int8-dynamic, int8-weights, or:
 * quantize:
 *   mode: int8
 *   ranges: mse            # minmax, percentile, entropy
 *   bias_correction: true
 *   equalization: false
 *   reduce_range: false    # weights of 7 bits: exact and fast where processors lack dot products
 * keep: [stem, "head*"]    # layers that stay in floating point
 * max_drop: 0.01
 * layouts: known          # weights that leave zeros out: known, measured, smallest
 * train: {}                # read by training
 * }</pre>
 */
final class RecipeReader {

  private RecipeReader() {}

  /** The recipe in {@code yaml}; {@code source} names it in messages. */
  static Recipe read(String yaml, String source) {
    YamlTree tree = YamlTree.parse(yaml, source);
    List<PruneSpec> prune = List.of();
    QuantizeSpec quantize = null;
    YamlTree keep = null;
    String calibrate = "";
    int samples = Recipe.DEFAULT_SAMPLES;
    double maxDrop = -1;
    LayoutRule layouts = LayoutRule.KNOWN;
    long seed = 0;
    Map<String, Object> train = Map.of();
    for (Map.Entry<String, YamlTree> entry : tree.map("a recipe").entrySet()) {
      YamlTree value = entry.getValue();
      switch (entry.getKey()) {
        case "prune" -> prune = prune(value);
        case "quantize" -> quantize = quantize(value);
        case "keep" -> keep = value;
        case "calibrate" -> calibrate = value.text("calibrate");
        case "samples" -> samples = samples(value);
        case "max_drop" -> maxDrop = fraction(value, "max_drop");
        case "layouts" -> layouts = layouts(value);
        case "seed" -> seed = value.whole("seed");
        case "train" -> train = train(value);
        default ->
            throw value.error(
                "a recipe has no key "
                    + entry.getKey()
                    + "; there are seed, calibrate, samples, prune, quantize, keep, max_drop,"
                    + " layouts and train");
      }
    }
    if (keep != null) {
      if (quantize == null) {
        throw keep.error("keep names layers that stay in floating point, but quantize is missing");
      }
      quantize = quantize.withKeep(keep.items().stream().map(i -> i.text("keep")).toList());
    }
    long drawn = seed;
    prune = prune.stream().map(spec -> spec.withSeed(drawn)).toList();
    return new Recipe(yaml, prune, quantize, calibrate, samples, maxDrop, layouts, seed, train);
  }

  private static LayoutRule layouts(YamlTree value) {
    try {
      return LayoutRule.parse(value.text("layouts"));
    } catch (IllegalArgumentException e) {
      throw value.error(e);
    }
  }

  @SuppressWarnings("unchecked") // plain() of a mapping is a map by name
  private static Map<String, Object> train(YamlTree value) {
    value.map("train");
    return (Map<String, Object>) value.plain();
  }

  private static int samples(YamlTree value) {
    long samples = value.whole("samples");
    if (samples < 1 || samples > Integer.MAX_VALUE) {
      throw value.error("samples is " + samples + "; at least 1 is needed");
    }
    return (int) samples;
  }

  private static double fraction(YamlTree value, String what) {
    double fraction = value.number(what);
    if (!(fraction >= 0 && fraction < 1)) {
      throw value.error(what + " is " + fraction + "; it is a fraction from 0 to less than 1");
    }
    return fraction;
  }

  private static List<PruneSpec> prune(YamlTree value) {
    List<PruneSpec> steps = new ArrayList<>();
    for (YamlTree item : value.items()) {
      steps.add(item.isMap() ? pruneMap(item) : pruneText(item));
    }
    return steps;
  }

  private static PruneSpec pruneText(YamlTree item) {
    try {
      return PruneSpec.parse(item.text("prune"));
    } catch (IllegalArgumentException e) {
      throw item.error(e);
    }
  }

  private static PruneSpec pruneMap(YamlTree item) {
    Map<String, YamlTree> map = item.map("prune");
    YamlTree name = map.get("pattern");
    if (name == null) {
      throw item.error("prune needs a pattern, for example block2x4");
    }
    PrunePattern pattern;
    try {
      pattern = PrunePattern.parse(name.text("pattern"));
    } catch (IllegalArgumentException e) {
      throw name.error(e);
    }
    YamlTree amount = map.get("sparsity");
    boolean fixed = pattern instanceof PrunePattern.Nm;
    if (amount == null && !fixed) {
      throw item.error("prune " + pattern.text() + " needs a sparsity, for example 0.8");
    } else if (amount != null && fixed) {
      throw amount.error(pattern.text() + " fixes the sparsity; leave the key out");
    }
    PruneSpec spec = PruneSpec.of(pattern, amount == null ? 0 : fraction(amount, "sparsity"));
    for (Map.Entry<String, YamlTree> entry : map.entrySet()) {
      YamlTree value = entry.getValue();
      try {
        spec =
            switch (entry.getKey()) {
              case "pattern", "sparsity" -> spec;
              case "layers" -> spec.withOverrides(overrides(value));
              default -> spec.with(entry.getKey(), value.text(entry.getKey()));
            };
      } catch (IllegalArgumentException e) {
        throw e.getMessage().startsWith(value.source() + " line ") ? e : value.error(e);
      }
    }
    return spec;
  }

  private static List<LayerOverride> overrides(YamlTree layers) {
    List<LayerOverride> overrides = new ArrayList<>();
    layers
        .map("layers")
        .forEach(
            (name, value) -> {
              try {
                overrides.add(LayerOverride.parse(name, value.text("layer " + name)));
              } catch (IllegalArgumentException e) {
                throw value.error(e);
              }
            });
    return overrides;
  }

  private static QuantizeSpec quantize(YamlTree value) {
    if (!value.isMap()) {
      return mode(value);
    }
    Map<String, YamlTree> map = value.map("quantize");
    if (!map.containsKey("mode")) {
      throw value.error("quantize needs a mode: int8, int8-dynamic or int8-weights");
    }
    QuantizeSpec spec = mode(map.get("mode"));
    for (Map.Entry<String, YamlTree> entry : map.entrySet()) {
      YamlTree setting = entry.getValue();
      spec =
          switch (entry.getKey()) {
            case "mode" -> spec;
            case "ranges" -> spec.withMethod(ranges(setting));
            case "bias_correction" -> spec.withBiasCorrection(setting.flag("bias_correction"));
            case "equalization" -> spec.withEqualization(setting.flag("equalization"));
            case "reduce_range" -> reduceRange(spec, setting);
            default ->
                throw setting.error(
                    "quantize has no key "
                        + entry.getKey()
                        + "; there are mode, ranges, bias_correction, equalization and"
                        + " reduce_range");
          };
    }
    return spec;
  }

  private static QuantizeSpec reduceRange(QuantizeSpec spec, YamlTree value) {
    try {
      return spec.withReduceRange(value.flag("reduce_range"));
    } catch (IllegalArgumentException e) {
      throw value.error(e);
    }
  }

  private static QuantizeSpec mode(YamlTree value) {
    try {
      return QuantizeSpec.parse(value.text("quantize"));
    } catch (IllegalArgumentException e) {
      throw value.error(e);
    }
  }

  private static RangeMethod ranges(YamlTree value) {
    try {
      return RangeMethod.parse(value.text("ranges"));
    } catch (IllegalArgumentException e) {
      throw value.error(e);
    }
  }
}
