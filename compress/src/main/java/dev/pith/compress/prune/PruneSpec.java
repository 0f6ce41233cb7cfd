package dev.pith.compress.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What to prune and how. Immutable, thread-safe.
 *
 * @param pattern which weights are removed together
 * @param sparsity fraction removed of the layers that are pruned, 0 to less than 1
 * @param criterion what makes a group of weights unimportant
 * @param allocation how the sparsity is spread over layers
 * @param method whether weights that stay are adjusted
 * @param denseFirst whether the first weighted layer stays dense
 * @param denseLast whether the last weighted layer stays dense
 * @param minWeights layers with fewer weights stay dense: indices and kernels would cost more than
 *     the zeros save
 * @param depthwise whether depthwise convolutions are pruned too
 * @param multiple channels left in a layer are a multiple of this where as many can be removed, so
 *     that they fill vectors; 1 for any number
 * @param overrides rules for single layers; the first that matches counts
 * @param seed chooses the image patches that second-order pruning looks at
 */
public record PruneSpec(
    PrunePattern pattern,
    double sparsity,
    Criterion criterion,
    Allocation allocation,
    Method method,
    boolean denseFirst,
    boolean denseLast,
    long minWeights,
    boolean depthwise,
    int multiple,
    List<LayerOverride> overrides,
    long seed) {

  /** Layers below this many weights stay dense unless a recipe says otherwise. */
  public static final long MIN_WEIGHTS = 512;

  public PruneSpec {
    checkSparsity(sparsity);
    overrides = List.copyOf(overrides);
    boolean channels = pattern instanceof PrunePattern.Channels;
    if (multiple < 1 || multiple > 256 || multiple > 1 && !channels) {
      throw new IllegalArgumentException(
          "multiple is " + multiple + " with " + pattern.text() + "; channels take 1 to 256");
    }
    if (criterion == Criterion.SCALE && !channels) {
      throw new IllegalArgumentException(
          "criterion scale ranks channels, not " + pattern.text() + "; use l1 or l2");
    }
    if (method == Method.SECOND_ORDER && channels) {
      throw new IllegalArgumentException(
          "second-order pruning removes weights, not channels; use method magnitude");
    }
    for (LayerOverride override : overrides) {
      if (pattern instanceof PrunePattern.Nm
          && override.pattern() == null
          && override.sparsity() != 0) {
        throw new IllegalArgumentException(
            "layer "
                + override.name()
                + ": "
                + pattern.text()
                + " fixes the sparsity; write dense, or a pattern as in block2x4:0.5");
      }
    }
  }

  /** Norm that ranks groups of weights. */
  public enum Criterion {
    /** Mean magnitude. */
    L1,
    /** Root of the mean square. */
    L2,
    /**
     * Magnitude of the BatchNorm scale behind a channel (network slimming, Liu et al. 2017); L2
     * where no BatchNorm is. For channels.
     */
    SCALE
  }

  /** How the sparsity is spread over layers. */
  public enum Allocation {
    /** One ranking over all layers. */
    GLOBAL,
    /** The same sparsity in each layer. */
    UNIFORM,
    /**
     * Erdős–Rényi-Kernel (Evci et al. 2020, "Rigging the Lottery"): a layer's density grows with
     * (outputs + inputs + kernel extents) / weights, so that small layers stay denser.
     */
    ERK
  }

  /** What is done to weights that stay. */
  public enum Method {
    /** Nothing. */
    MAGNITUDE,
    /** They make up for the removed ones; needs calibration inputs. */
    SECOND_ORDER
  }

  /**
   * Parses {@code pattern:sparsity} ({@code nm2:4} alone) followed by options, each {@code
   * ,key=value}: {@code criterion} l1, l2 or scale, {@code allocation} global, uniform or erk,
   * {@code method} magnitude or second-order, {@code first} and {@code last} dense or pruned,
   * {@code depthwise} dense or pruned, {@code min} weights, {@code multiple} of channels left.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static PruneSpec parse(String text) {
    List<String> parts = Arrays.asList(text.split(",", -1));
    PruneSpec spec = parseHead(parts.get(0).trim());
    for (String option : parts.subList(1, parts.size())) {
      int equals = option.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "option " + option + " of pruning " + text + " is not key=value");
      }
      spec = spec.with(option.substring(0, equals).trim(), option.substring(equals + 1).trim());
    }
    return spec;
  }

  private static PruneSpec parseHead(String head) {
    if (head.startsWith("nm")) {
      PrunePattern.Nm nm = (PrunePattern.Nm) PrunePattern.parse(head);
      return of(nm, nm.sparsity());
    }
    int colon = head.indexOf(':');
    if (colon < 0) {
      PrunePattern pattern = PrunePattern.parse(head);
      throw new IllegalArgumentException(
          "pruning " + head + " lacks a sparsity; write " + pattern.text() + ":0.8");
    }
    return of(PrunePattern.parse(head.substring(0, colon)), sparsity(head.substring(colon + 1)));
  }

  /** The specification with defaults: L2, uniform, magnitude, first and last layer dense. */
  public static PruneSpec of(PrunePattern pattern, double sparsity) {
    double reached = pattern instanceof PrunePattern.Nm nm ? nm.sparsity() : sparsity;
    return new PruneSpec(
        pattern,
        reached,
        Criterion.L2,
        Allocation.UNIFORM,
        Method.MAGNITUDE,
        true,
        true,
        MIN_WEIGHTS,
        false,
        1,
        List.of(),
        0);
  }

  /**
   * The specification with one option changed; keys as in {@link #parse}.
   *
   * @throws IllegalArgumentException if key or value is unknown
   */
  public PruneSpec with(String key, String value) {
    return switch (key) {
      case "criterion" -> withCriterion(constant(Criterion.class, key, value));
      case "allocation" -> withAllocation(constant(Allocation.class, key, value));
      case "method" -> withMethod(constant(Method.class, key, value));
      case "first" -> withDenseEnds(isDense(key, value), denseLast);
      case "last" -> withDenseEnds(denseFirst, isDense(key, value));
      case "depthwise" -> withDepthwise(!isDense(key, value));
      case "min" -> withMinWeights(count(key, value));
      case "multiple" -> withMultiple(Math.toIntExact(count(key, value)));
      default ->
          throw new IllegalArgumentException(
              "pruning has no option "
                  + key
                  + "; there are criterion, allocation, method, first, last, depthwise, min and"
                  + " multiple");
    };
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String key, String value) {
    String name = value.toUpperCase(Locale.ROOT).replace('-', '_');
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
      known.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    throw new IllegalArgumentException(
        "there is no " + key + " " + value + "; use one of " + known);
  }

  private static boolean isDense(String key, String value) {
    if (!value.equals("dense") && !value.equals("pruned")) {
      throw new IllegalArgumentException(key + " is " + value + "; write dense or pruned");
    }
    return value.equals("dense");
  }

  private static long count(String key, String value) {
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(key + " is " + value + "; a whole number is needed");
    }
    return Long.parseLong(value);
  }

  /** The sparsity that {@code text} spells. */
  static double sparsity(String text) {
    try {
      double sparsity = Double.parseDouble(text);
      checkSparsity(sparsity);
      return sparsity;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "sparsity " + text + " is not a number; write for example 0.8", e);
    }
  }

  static void checkSparsity(double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "sparsity is " + sparsity + "; it must be at least 0 and less than 1");
    }
  }

  /** The same specification with another criterion. */
  public PruneSpec withCriterion(Criterion other) {
    return changed(draft -> draft.criterion = other);
  }

  /** The same specification with another allocation. */
  public PruneSpec withAllocation(Allocation other) {
    return changed(draft -> draft.allocation = other);
  }

  /** The same specification with another method. */
  public PruneSpec withMethod(Method other) {
    return changed(draft -> draft.method = other);
  }

  /** The same specification with another rule for the first and last layer. */
  public PruneSpec withDenseEnds(boolean first, boolean last) {
    return changed(
        draft -> {
          draft.denseFirst = first;
          draft.denseLast = last;
        });
  }

  /** The same specification with another size below which layers stay dense. */
  public PruneSpec withMinWeights(long other) {
    return changed(draft -> draft.minWeights = other);
  }

  /** The same specification with depthwise convolutions pruned or not. */
  public PruneSpec withDepthwise(boolean other) {
    return changed(draft -> draft.depthwise = other);
  }

  /** The same specification with other rules for single layers. */
  public PruneSpec withOverrides(List<LayerOverride> other) {
    return changed(draft -> draft.overrides = other);
  }

  /** The same specification with another sparsity (schedules raise it step by step). */
  public PruneSpec withSparsity(double other) {
    return changed(draft -> draft.sparsity = other);
  }

  /** The same specification with another seed. */
  public PruneSpec withSeed(long other) {
    return changed(draft -> draft.seed = other);
  }

  /** The same specification with channels left in another multiple. */
  public PruneSpec withMultiple(int other) {
    return changed(draft -> draft.multiple = other);
  }

  private PruneSpec changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A specification while something of it changes. */
  private static final class Draft {
    private final PrunePattern pattern;
    private double sparsity;
    private Criterion criterion;
    private Allocation allocation;
    private Method method;
    private boolean denseFirst;
    private boolean denseLast;
    private long minWeights;
    private boolean depthwise;
    private int multiple;
    private List<LayerOverride> overrides;
    private long seed;

    Draft(PruneSpec spec) {
      pattern = spec.pattern;
      sparsity = spec.sparsity;
      criterion = spec.criterion;
      allocation = spec.allocation;
      method = spec.method;
      denseFirst = spec.denseFirst;
      denseLast = spec.denseLast;
      minWeights = spec.minWeights;
      depthwise = spec.depthwise;
      multiple = spec.multiple;
      overrides = spec.overrides;
      seed = spec.seed;
    }

    PruneSpec done() {
      return new PruneSpec(
          pattern,
          sparsity,
          criterion,
          allocation,
          method,
          denseFirst,
          denseLast,
          minWeights,
          depthwise,
          multiple,
          overrides,
          seed);
    }
  }

  /** The rule for the layer of the given name, or {@code null} if the common one applies. */
  LayerOverride override(String name) {
    for (LayerOverride override : overrides) {
      if (override.name().matches(name)) {
        return override;
      }
    }
    return null;
  }
}
