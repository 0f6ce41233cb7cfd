package dev.pith.compress.search;

import dev.pith.compress.layer.WeightedLayer;
import dev.pith.compress.pack.LayoutJudge;
import dev.pith.compress.pack.Packer;
import dev.pith.compress.quantize.OutputError;
import dev.pith.compress.quantize.Quantizer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tries what can be done to each layer of a network and keeps what is best.
 *
 * <ol>
 *   <li>Sensitivity: each choice on each layer alone, and how far outputs move.
 *   <li>Cost: each choice on all layers, and what each layer then takes: bytes of its packed
 *       weight, or the time of its kernel on the device.
 *   <li>Allocation: choices with the least error for their cost, from mild to strong, then closer
 *       to the allowed drop, and uniform choices beside them, each made whole and measured:
 *       accuracy, file, time on the device.
 * </ol>
 *
 * Deterministic but for measured times. Not thread-safe.
 */
public final class CompressionSearch {

  private static final int ALLOCATIONS = 10;
  private static final int REFINEMENTS = 4;
  private static final int PROBES = 8;

  /**
   * An allocation whose accuracy drops this many times too far is not followed by stronger ones.
   */
  private static final double HOPELESS = 8;

  private final Settings settings;
  private final Meter meter;
  private final Consumer<String> log;
  private final List<SearchPoint> points = new ArrayList<>();
  private SearchPoint best;

  /**
   * What a search is to do.
   *
   * @param objective what becomes small
   * @param maxDrop largest drop of accuracy, as a fraction
   * @param options device and threads to measure on
   */
  public record Settings(SearchPoint.Objective objective, double maxDrop, SessionOptions options) {}

  /** Measures a candidate. */
  public interface Meter {

    /**
     * Measures a compressed graph.
     *
     * @param graph the compressed graph, packed
     */
    SearchPoint measure(Candidate candidate, Graph graph);

    /** The graph is the best within the allowed drop so far: it should be kept. */
    void best(SearchPoint point, Graph graph);
  }

  /**
   * A search.
   *
   * @param log told what is tried
   */
  public CompressionSearch(Settings settings, Meter meter, Consumer<String> log) {
    this.settings = settings;
    this.meter = meter;
    this.log = log;
  }

  /**
   * What was tried.
   *
   * @param original the network as it was
   * @param points everything that was measured, the original first
   * @param best the least costly within the allowed drop
   * @param errors how far outputs move for each choice on each layer alone
   */
  public record Result(
      SearchPoint original,
      List<SearchPoint> points,
      SearchPoint best,
      Map<String, Map<Choice, Double>> errors) {
    public Result {
      points = List.copyOf(points);
    }
  }

  /**
   * Searches.
   *
   * @param graph the network in floating point, after the standard passes
   * @param samples calibration inputs; iterated many times
   */
  public Result search(Graph graph, Iterable<Map<String, Tensor>> samples) {
    Map<String, List<Choice>> possible = possible(graph);
    if (possible.isEmpty()) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + " has no convolutions or linear layers to compress");
    }
    Candidate none = uniform("original", possible, Choice.NONE);
    attempt(none, graph);
    SearchPoint original = best;
    List<Map<String, Tensor>> probes = first(samples);
    Map<String, Map<Choice, Double>> errors = errors(graph, possible, samples, probes);
    Map<String, Map<Choice, Double>> costs = costs(graph, possible, samples, probes.get(0));
    for (Choice choice : List.of(Choice.ALL.get(1), Choice.ALL.get(3))) {
      Candidate uniform = uniform("all " + choice.text(), possible, choice);
      attempt(uniform, uniform.apply(graph, samples, settings.options(), line -> {}));
    }
    allocate(graph, samples, new Allocation(errors, costs));
    return new Result(original, points, best, errors);
  }

  /** Allocations of rising strength, then some between the last good and the first bad one. */
  private void allocate(Graph graph, Iterable<Map<String, Tensor>> samples, Allocation allocation) {
    double good = 0;
    double bad = 1;
    for (int i = 0; i <= ALLOCATIONS; i++) {
      double strength = i / (double) ALLOCATIONS;
      double drop = attempt(graph, samples, allocation, strength);
      if (drop <= settings.maxDrop() + 1e-9) {
        good = strength;
      } else {
        bad = Math.min(bad, strength);
      }
      if (drop > HOPELESS * Math.max(settings.maxDrop(), 0.005)) {
        break;
      }
    }
    for (int i = 0; i < REFINEMENTS && good < bad; i++) {
      double between = (good + bad) / 2;
      if (attempt(graph, samples, allocation, between) <= settings.maxDrop() + 1e-9) {
        good = between;
      } else {
        bad = between;
      }
    }
  }

  /** Tries the allocation at a strength, unless it is an earlier one; returns its drop. */
  private double attempt(
      Graph graph, Iterable<Map<String, Tensor>> samples, Allocation allocation, double strength) {
    Map<String, Choice> choices = allocation.at(strength);
    for (SearchPoint point : points) {
      if (point.candidate().choices().equals(choices)) {
        return points.get(0).accuracy() - point.accuracy();
      }
    }
    String name = String.format(Locale.ROOT, "allocation %.0f", 1000 * strength);
    Candidate candidate = new Candidate(name, choices);
    Graph compressed = candidate.apply(graph, samples, settings.options(), line -> {});
    return points.get(0).accuracy() - attempt(candidate, compressed).accuracy();
  }

  private static Map<String, List<Choice>> possible(Graph graph) {
    Map<String, List<Choice>> possible = new LinkedHashMap<>();
    for (WeightedLayer layer : WeightedLayer.of(graph)) {
      if (layer.weight().isDense() && layer.weight().dtype().isFloat()) {
        possible.put(layer.name(), Choice.ALL.stream().filter(c -> c.fits(layer)).toList());
      }
    }
    return possible;
  }

  /**
   * {@code choice} for all layers that it fits, int8 for the others unless it is floating point.
   */
  private static Candidate uniform(String name, Map<String, List<Choice>> possible, Choice choice) {
    Map<String, Choice> choices = new LinkedHashMap<>();
    possible.forEach(
        (layer, list) ->
            choices.put(
                layer, list.contains(choice) || choice.isFloat() ? choice : Choice.ALL.get(1)));
    return new Candidate(name, choices);
  }

  private static List<Map<String, Tensor>> first(Iterable<Map<String, Tensor>> samples) {
    List<Map<String, Tensor>> probes = new ArrayList<>();
    for (Map<String, Tensor> sample : samples) {
      if (probes.size() == PROBES) {
        break;
      }
      probes.add(sample);
    }
    if (probes.isEmpty()) {
      throw new IllegalArgumentException("the search needs calibration samples; there are none");
    }
    return probes;
  }

  private Map<String, Map<Choice, Double>> errors(
      Graph graph,
      Map<String, List<Choice>> possible,
      Iterable<Map<String, Tensor>> samples,
      List<Map<String, Tensor>> probes) {
    Quantizer.Prepared prepared =
        new Quantizer(uniform("", possible, Choice.ALL.get(1)).quantization(), settings.options())
            .prepare(graph, samples, done -> {});
    // Answers are the same with any kernel; choosing one takes longer than the few runs here.
    SessionOptions quick = settings.options().withSelection(KernelSelection.PREFERRED);
    OutputError error = new OutputError(prepared.graph(), probes, quick);
    Map<String, Map<Choice, Double>> errors = new LinkedHashMap<>();
    possible.forEach(
        (layer, list) -> {
          Map<Choice, Double> row = new LinkedHashMap<>();
          for (Choice choice : list) {
            row.put(choice, error(layer, choice, possible, prepared, error));
          }
          errors.put(layer, row);
          log.accept("sensitivity of " + layer + " to int8: " + row.get(Choice.ALL.get(1)));
        });
    return errors;
  }

  private double error(
      String layer,
      Choice choice,
      Map<String, List<Choice>> possible,
      Quantizer.Prepared prepared,
      OutputError error) {
    if (choice.equals(Choice.NONE)) {
      return 0;
    }
    Map<String, Choice> alone = new LinkedHashMap<>();
    possible.keySet().forEach(name -> alone.put(name, name.equals(layer) ? choice : Choice.NONE));
    Candidate single = new Candidate(layer, alone);
    Graph pruned = single.pruned(prepared.graph(), null, settings.options(), line -> {});
    return error.of(
        Quantizer.quantize(
            new Quantizer.Prepared(pruned, prepared.calibration()), single.quantization()));
  }

  private Map<String, Map<Choice, Double>> costs(
      Graph graph,
      Map<String, List<Choice>> possible,
      Iterable<Map<String, Tensor>> samples,
      Map<String, Tensor> input) {
    Map<String, Map<Choice, Double>> costs = new HashMap<>();
    possible.keySet().forEach(layer -> costs.put(layer, new LinkedHashMap<>()));
    List<String> names = WeightedLayer.of(graph).stream().map(WeightedLayer::name).toList();
    boolean latency = settings.objective() == SearchPoint.Objective.LATENCY;
    for (Choice choice : Choice.ALL) {
      Candidate all = uniform(choice.text(), possible, choice);
      Graph pruned = all.pruned(graph, null, settings.options(), line -> {});
      Graph compressed =
          choice.isFloat()
              ? pruned
              : new Quantizer(all.quantization(), settings.options())
                  .apply(pruned, samples, done -> {});
      Map<String, Double> found =
          latency
              ? Costs.nanos(pack(compressed), names, input, settings.options())
              : Costs.bytes(pack(compressed), names);
      possible.forEach(
          (layer, list) -> {
            if (list.contains(choice)) {
              costs.get(layer).put(choice, found.getOrDefault(layer, Double.NaN));
            }
          });
      log.accept("costs with " + choice.text() + " are known");
    }
    return costs;
  }

  /** Packed for the objective: small, or with kernels that are not slower. */
  private Graph pack(Graph graph) {
    return settings.objective() == SearchPoint.Objective.BYTES
        ? Packer.packAndReport(graph, LayoutJudge.SMALLEST).graph()
        : Packer.pack(graph);
  }

  private SearchPoint attempt(Candidate candidate, Graph graph) {
    Graph packed = pack(graph);
    SearchPoint point = meter.measure(candidate, packed);
    points.add(point);
    boolean within =
        best == null || points.get(0).accuracy() - point.accuracy() <= settings.maxDrop() + 1e-9;
    double cost = settings.objective().of(point);
    if (within && (best == null || cost < settings.objective().of(best))) {
      best = point;
      meter.best(point, packed);
    }
    log.accept(
        candidate.name()
            + ": accuracy "
            + point.accuracy()
            + ", "
            + point.bytes()
            + " bytes, "
            + point.millis()
            + " ms");
    return point;
  }
}
