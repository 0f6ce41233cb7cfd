package dev.pith.compress.train;

import dev.pith.compress.YamlTree;
import dev.pith.compress.pack.LayoutRule;
import dev.pith.compress.prune.PrunePattern;
import dev.pith.compress.prune.PruneSpec;
import dev.pith.compress.quantize.QuantizeSpec;
import dev.pith.compress.train.Distillation.FeaturePair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads {@link TrainRecipe}s. Keys: {@code network} or {@code model}, {@code data}, {@code
 * validation}, {@code seed}, {@code threads}, {@code layouts}, {@code stages}. A stage has {@code
 * name}, {@code network}, {@code epochs}, {@code batch}, {@code optimizer}, {@code rate}, {@code
 * momentum}, {@code weight_decay}, {@code schedule}, {@code warm_up}, {@code milestones}, {@code
 * factor}, {@code label_smoothing}, {@code augment}, {@code prune}, {@code distil}, {@code
 * quantize}, {@code reduce_range}, {@code keep}, {@code ranges}, {@code share}, {@code slimming},
 * {@code dropout}, {@code rewind}.
 */
final class TrainRecipeReader {

  private static final Set<String> KEYS =
      Set.of("network", "model", "data", "validation", "seed", "threads", "layouts", "stages");

  private TrainRecipeReader() {}

  /** The recipe in {@code yaml}; {@code source} names it in messages. */
  static TrainRecipe read(String yaml, String source) {
    YamlTree tree = YamlTree.parse(yaml, source);
    Map<String, YamlTree> map = tree.map("a training recipe");
    map.forEach(
        (key, value) -> {
          if (!KEYS.contains(key)) {
            throw value.error(
                "a training recipe has no key " + key + "; there are " + sorted(KEYS));
          }
        });
    if (map.containsKey("network") == map.containsKey("model")) {
      throw tree.error("a training recipe needs either a network or a model to begin with");
    }
    if (!map.containsKey("stages")) {
      throw tree.error("a training recipe needs stages");
    }
    Networks network =
        map.containsKey("network") ? parsed(map.get("network"), "network", Networks::parse) : null;
    long seed = map.containsKey("seed") ? map.get("seed").whole("seed") : 0;
    long threads = map.containsKey("threads") ? map.get("threads").whole("threads") : 1;
    List<TrainRecipe.Stage> stages = new ArrayList<>();
    Set<String> names = new HashSet<>(Set.of(TrainRecipe.SELF, TrainRecipe.BEGINNING));
    List<YamlTree> items = map.get("stages").items();
    for (YamlTree item : items) {
      TrainRecipe.Stage stage =
          new StageReader(item, stages.size(), seed, Math.toIntExact(threads), names).read();
      if (stage.quantize() != null && stages.size() != items.size() - 1) {
        throw item.error("quantize ends a training; it belongs into the last stage");
      }
      if (!names.add(stage.name())) {
        throw item.error("two stages are named " + stage.name());
      }
      stages.add(stage);
    }
    return new TrainRecipe(
        yaml,
        network,
        text(map, "model"),
        text(map, "data"),
        text(map, "validation"),
        seed,
        Math.toIntExact(threads),
        map.containsKey("layouts")
            ? parsed(map.get("layouts"), "layouts", LayoutRule::parse)
            : LayoutRule.KNOWN,
        stages);
  }

  private static List<String> sorted(Set<String> keys) {
    return keys.stream().sorted().toList();
  }

  private static String text(Map<String, YamlTree> map, String key) {
    return map.containsKey(key) ? map.get(key).text(key) : "";
  }

  /** What {@code parse} makes of a value; its complaints get the line. */
  private static <T> T parsed(YamlTree value, String what, Function<String, T> parse) {
    String text = value.text(what);
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw value.error(e);
    }
  }

  /** Reads one stage. */
  private static final class StageReader {
    private static final Set<String> KEYS =
        Set.of(
            "name",
            "network",
            "epochs",
            "batch",
            "optimizer",
            "rate",
            "momentum",
            "weight_decay",
            "schedule",
            "warm_up",
            "milestones",
            "factor",
            "label_smoothing",
            "augment",
            "prune",
            "distil",
            "quantize",
            "reduce_range",
            "keep",
            "ranges",
            "share",
            "slimming",
            "dropout",
            "rewind");

    private final YamlTree tree;
    private final Map<String, YamlTree> map;
    private final int index;
    private final long seed;
    private final int threads;
    private final Set<String> earlier;

    StageReader(YamlTree tree, int index, long seed, int threads, Set<String> earlier) {
      this.tree = tree;
      this.map = tree.map("a stage");
      this.index = index;
      this.seed = seed;
      this.threads = threads;
      this.earlier = earlier;
    }

    TrainRecipe.Stage read() {
      map.forEach(
          (key, value) -> {
            if (!KEYS.contains(key)) {
              throw value.error("a stage has no key " + key + "; there are " + sorted(KEYS));
            }
          });
      String name = map.containsKey("name") ? map.get("name").text("name") : "stage" + (index + 1);
      double epochs = required("epochs");
      QuantizeSpec quantize = quantize();
      try {
        return new TrainRecipe.Stage(
            name,
            network(),
            settings(epochs),
            map.containsKey("prune") ? prune(map.get("prune"), epochs) : null,
            map.containsKey("distil") ? distil(map.get("distil")) : null,
            quantize,
            ranges(),
            share(),
            number("slimming", 0),
            dropout(),
            rewind(),
            place());
      } catch (IllegalArgumentException e) {
        throw e.getMessage().startsWith(tree.source() + " line ") ? e : tree.error(e);
      }
    }

    private TrainRecipe.Place place() {
      Map<String, Integer> lines = new HashMap<>();
      map.forEach((key, value) -> lines.put(key, value.line()));
      return new TrainRecipe.Place(tree.source(), tree.line(), lines);
    }

    private Networks network() {
      if (!map.containsKey("network")) {
        return null;
      }
      if (map.containsKey("rewind")) {
        throw map.get("rewind").error("a stage that begins with a new network cannot rewind");
      }
      return parsed(map.get("network"), "network", Networks::parse);
    }

    private double required(String key) {
      if (!map.containsKey(key)) {
        throw tree.error("a stage needs " + key);
      }
      return map.get(key).number(key);
    }

    private double number(String key, double otherwise) {
      return map.containsKey(key) ? map.get(key).number(key) : otherwise;
    }

    private TrainSettings settings(double epochs) {
      OptimizerSpec.Kind kind =
          map.containsKey("optimizer")
              ? parsed(map.get("optimizer"), "optimizer", OptimizerSpec.Kind::parse)
              : OptimizerSpec.Kind.SGD;
      boolean sgd = kind == OptimizerSpec.Kind.SGD;
      OptimizerSpec optimizer =
          new OptimizerSpec(
              kind,
              required("rate"),
              number("momentum", 0.9),
              0.999,
              number("weight_decay", sgd ? 5e-4 : 0),
              sgd && number("momentum", 0.9) > 0);
      List<Augmentation> augmentations = new ArrayList<>();
      if (map.containsKey("augment")) {
        for (YamlTree item : map.get("augment").items()) {
          augmentations.add(parsed(item, "augment", Augmentation::parse));
        }
      }
      return new TrainSettings(
          epochs,
          (int) number("batch", 64),
          optimizer,
          learningRate(),
          number("label_smoothing", 0),
          augmentations,
          seed + index,
          threads);
    }

    private LearningRate learningRate() {
      LearningRate.Kind kind =
          map.containsKey("schedule")
              ? parsed(map.get("schedule"), "schedule", LearningRate.Kind::parse)
              : LearningRate.Kind.COSINE;
      List<Double> milestones = new ArrayList<>();
      if (map.containsKey("milestones")) {
        map.get("milestones").items().forEach(item -> milestones.add(item.number("milestones")));
      }
      return new LearningRate(kind, number("warm_up", 0), milestones, number("factor", 0.1));
    }

    private int share() {
      long bits = map.containsKey("share") ? map.get("share").whole("share") : 0;
      if (bits != 0 && (bits < 2 || bits > 8)) {
        throw map.get("share").error("share is " + bits + "; codes have 2 to 8 bits");
      }
      return (int) bits;
    }

    private double dropout() {
      double dropout = number("dropout", 0);
      if (!(dropout >= 0 && dropout < 1)) {
        throw map.get("dropout").error("dropout is " + dropout + "; it is a share, 0 to below 1");
      }
      return dropout;
    }

    private String rewind() {
      if (!map.containsKey("rewind")) {
        return "";
      }
      String name = map.get("rewind").text("rewind");
      if (name.equals(TrainRecipe.SELF) || !earlier.contains(name)) {
        throw map.get("rewind")
            .error("rewind is " + name + "; write beginning, or the name of an earlier stage");
      }
      return name;
    }

    private QuantizeSpec quantize() {
      if (!map.containsKey("quantize")) {
        for (String key : List.of("keep", "reduce_range")) {
          if (map.containsKey(key)) {
            throw map.get(key).error(key + " is for quantize, which is missing");
          }
        }
        return null;
      }
      QuantizeSpec spec = parsed(map.get("quantize"), "quantize", QuantizeSpec::parse);
      if (spec.mode() != QuantizeSpec.Mode.INT8) {
        throw map.get("quantize").error("training is for int8; other modes need none");
      }
      if (map.containsKey("reduce_range")) {
        spec = spec.withReduceRange(map.get("reduce_range").flag("reduce_range"));
      }
      return map.containsKey("keep")
          ? spec.withKeep(map.get("keep").items().stream().map(i -> i.text("keep")).toList())
          : spec;
    }

    private QuantizationAware.Ranges ranges() {
      if (!map.containsKey("ranges")) {
        return QuantizationAware.Ranges.OBSERVED;
      }
      if (!map.containsKey("quantize")) {
        throw map.get("ranges").error("ranges are for quantize, which is missing");
      }
      return parsed(map.get("ranges"), "ranges", QuantizationAware.Ranges::parse);
    }

    private static TrainRecipe.Prune prune(YamlTree value, double epochs) {
      if (!value.isMap()) {
        PruneSpec spec = parsed(value, "prune", PruneSpec::parse);
        double end = spec.pattern() instanceof PrunePattern.Channels ? 0 : epochs / 2;
        int rounds = 10;
        return new TrainRecipe.Prune(
            spec, PruneSchedule.cubic(0, end, rounds), ScheduledPruning.Importance.MAGNITUDE);
      }
      Map<String, YamlTree> map = value.map("prune");
      Set<String> keys = Set.of("spec", "schedule", "begin", "end", "rounds", "importance");
      map.forEach(
          (key, entry) -> {
            if (!keys.contains(key)) {
              throw entry.error("prune has no key " + key + "; there are " + sorted(keys));
            }
          });
      if (!map.containsKey("spec")) {
        throw value.error("prune needs a spec, for example block2x4:0.8");
      }
      PruneSchedule.Kind kind =
          map.containsKey("schedule")
              ? parsed(map.get("schedule"), "schedule", PruneSchedule.Kind::parse)
              : PruneSchedule.Kind.CUBIC;
      boolean once = kind == PruneSchedule.Kind.ONE_SHOT;
      double begin = map.containsKey("begin") ? map.get("begin").number("begin") : 0;
      double end = map.containsKey("end") ? map.get("end").number("end") : epochs / 2;
      long rounds = map.containsKey("rounds") ? map.get("rounds").whole("rounds") : 10;
      try {
        PruneSpec spec = parsed(map.get("spec"), "spec", PruneSpec::parse);
        PruneSchedule schedule =
            new PruneSchedule(kind, begin, once ? begin : end, once ? 1 : (int) rounds);
        if (schedule.end() >= epochs) {
          throw value.error(
              "the last pruning is at epoch "
                  + schedule.end()
                  + ", but the stage ends after "
                  + epochs
                  + "; end the schedule earlier");
        }
        return new TrainRecipe.Prune(
            spec,
            schedule,
            map.containsKey("importance")
                ? parsed(map.get("importance"), "importance", ScheduledPruning.Importance::parse)
                : ScheduledPruning.Importance.MAGNITUDE);
      } catch (IllegalArgumentException e) {
        throw e.getMessage().startsWith(value.source() + " line ") ? e : value.error(e);
      }
    }

    private TrainRecipe.Distil distil(YamlTree value) {
      Map<String, YamlTree> map = value.map("distil");
      Set<String> keys = Set.of("teacher", "temperature", "alpha", "hints", "attention");
      map.forEach(
          (key, entry) -> {
            if (!keys.contains(key)) {
              throw entry.error("distil has no key " + key + "; there are " + sorted(keys));
            }
          });
      String teacher = map.containsKey("teacher") ? map.get("teacher").text("teacher") : "self";
      boolean file = teacher.endsWith(".onnx") || teacher.endsWith(".pith");
      if (!file && !earlier.contains(teacher)) {
        throw value.error(
            "teacher is "
                + teacher
                + "; write a file (.onnx or .pith), self, beginning, or the name of an earlier"
                + " stage");
      }
      List<FeaturePair> pairs = new ArrayList<>();
      pairs(map.get("hints"), FeaturePair.Kind.HINT, pairs);
      pairs(map.get("attention"), FeaturePair.Kind.ATTENTION, pairs);
      double temperature =
          map.containsKey("temperature") ? map.get("temperature").number("temperature") : 4;
      double alpha = map.containsKey("alpha") ? map.get("alpha").number("alpha") : 0.9;
      return new TrainRecipe.Distil(teacher, temperature, alpha, pairs);
    }

    /** Pairs as {@code student=teacher} or {@code student=teacher*weight}. */
    private static void pairs(YamlTree value, FeaturePair.Kind kind, List<FeaturePair> pairs) {
      if (value == null) {
        return;
      }
      for (YamlTree item : value.items()) {
        String text = item.text("a pair of values");
        int equals = text.indexOf('=');
        int star = text.lastIndexOf('*');
        if (equals < 1) {
          throw item.error(text + " is no pair; write student=teacher or student=teacher*weight");
        }
        String teacher =
            star > equals ? text.substring(equals + 1, star) : text.substring(equals + 1);
        try {
          double weight = star > equals ? Double.parseDouble(text.substring(star + 1)) : 1;
          pairs.add(new FeaturePair(kind, text.substring(0, equals), teacher, weight));
        } catch (IllegalArgumentException e) {
          throw item.error(e);
        }
      }
    }
  }
}
