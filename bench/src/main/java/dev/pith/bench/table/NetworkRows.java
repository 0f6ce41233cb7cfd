package dev.pith.bench.table;

import dev.pith.bench.model.Networks;
import dev.pith.bench.model.OpenNetwork;
import dev.pith.bench.model.Variant;
import dev.pith.compress.measure.Interleaved;
import dev.pith.compress.measure.Speedup;
import dev.pith.compress.measure.Timing;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The part of the table about whole networks, batch 1. */
final class NetworkRows {

  private static final double NEVER_SLOWER = 0.85;
  private static final int ROUNDS = 6;

  /** What is promised for a network, as times faster than the peer's int8; and its fp32. */
  private record Promise(Networks network, double int8At80, double int8At90, double floatAt80) {}

  private static final List<Promise> PROMISES =
      List.of(
          new Promise(Networks.RESNET50, 3.5, 5.5, 10),
          new Promise(Networks.SQUEEZENET, 1.5, 0, 0),
          new Promise(Networks.SHUFFLENET, 1.5, 0, 0),
          new Promise(Networks.MOBILENET_V2_32, 1.5, 0, 0),
          new Promise(Networks.VIT, 1.5, 0, 0),
          new Promise(Networks.BERT, 1.5, 0, 0));

  private final boolean quick;
  private final Path data;
  private final PrintStream out;

  NetworkRows(boolean quick, Path data, PrintStream out) {
    this.quick = quick;
    this.data = data;
    this.out = out;
  }

  /** Prints the rows; false if a promise is not kept. */
  boolean print() throws IOException {
    out.println(
        "| network, batch 1 | threads | form | Pith ms | ORT ms | faster than ORT | promised"
            + " | verdict |");
    out.println("|---|--:|---|--:|--:|--:|--:|---|");
    boolean met = true;
    for (Promise promise : quick ? PROMISES.subList(0, 2) : PROMISES) {
      if (!promise.network().isAvailable(data)) {
        out.println("| " + name(promise) + " | | not measured: no model file | | | | | |");
        continue;
      }
      met &= print(promise);
    }
    return met;
  }

  /** A run of the largest network takes a tenth of a second and more. */
  private double seconds(Networks network) {
    return network == Networks.RESNET50 && !quick ? 2 : 1;
  }

  private static String name(Promise promise) {
    return promise.network().name().toLowerCase(Locale.ROOT);
  }

  private boolean print(Promise promise) throws IOException {
    Networks network = promise.network();
    Graph graph = network.load(data, false);
    Map<Variant, Graph> forms = new EnumMap<>(Variant.class);
    for (Variant variant : Variant.values()) {
      if (variant != Variant.SPARSE_90 || promise.int8At90() > 0) {
        forms.put(variant, variant.of(graph, network.shapes(1)));
      }
    }
    Map<String, Tensor> inputs = Variant.inputs(graph, 1, network.shapes(1));
    boolean met = true;
    int processors = Runtime.getRuntime().availableProcessors();
    for (int threads : quick || processors < 2 ? new int[] {1} : new int[] {1, 2}) {
      met &= print(promise, forms, inputs, threads);
    }
    return met;
  }

  private boolean print(
      Promise promise, Map<Variant, Graph> forms, Map<String, Tensor> inputs, int threads) {
    List<OpenNetwork> open = new ArrayList<>();
    try {
      open.add(OpenNetwork.ort(forms.get(Variant.DENSE_F32), inputs, threads));
      open.add(OpenNetwork.ort(forms.get(Variant.DENSE_INT8), inputs, threads));
      for (Graph form : forms.values()) {
        open.add(OpenNetwork.pith(form, inputs, threads));
      }
      List<Timing> timings =
          new Interleaved(quick ? 1.5 : 2.5, seconds(promise.network()), ROUNDS).measure(open);
      Timing ortFloat = timings.get(0);
      Timing ortInt8 = timings.get(1);
      boolean met = true;
      int next = 2;
      for (Variant form : forms.keySet()) {
        Timing ours = timings.get(next++);
        switch (form) {
          case DENSE_F32 ->
              met &= row(promise, threads, "fp32 / fp32", ours, ortFloat, NEVER_SLOWER);
          case DENSE_INT8 ->
              met &= row(promise, threads, "int8 / int8", ours, ortInt8, NEVER_SLOWER);
          case SPARSE_80 -> {
            String title = form.title();
            met &= row(promise, threads, title + " / int8", ours, ortInt8, promise.int8At80());
            met &= row(promise, threads, title + " / fp32", ours, ortFloat, promise.floatAt80());
          }
          case SPARSE_90 ->
              met &=
                  row(
                      promise,
                      threads,
                      form.title() + " / int8",
                      ours,
                      ortInt8,
                      promise.int8At90());
        }
      }
      return met;
    } finally {
      open.forEach(OpenNetwork::close);
    }
  }

  private boolean row(
      Promise promise, int threads, String form, Timing ours, Timing theirs, double target) {
    Verdict verdict = new Verdict(Speedup.of(ours, theirs), target);
    out.printf(
        Locale.ROOT,
        "| %s | %d | %s | %.2f | %.2f | %s | %s | %s |%n",
        name(promise),
        threads,
        form,
        ours.median(),
        theirs.median(),
        verdict.measured(),
        verdict.promised(),
        verdict.text());
    return verdict.isMet();
  }
}
