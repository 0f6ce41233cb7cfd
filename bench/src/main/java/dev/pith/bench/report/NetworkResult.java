package dev.pith.bench.report;

import dev.pith.bench.OrtEngine;
import dev.pith.bench.model.ModelFile;
import dev.pith.bench.model.Networks;
import dev.pith.bench.model.Variant;
import dev.pith.compress.measure.Benchmark;
import dev.pith.compress.measure.Benchmark.Contender;
import dev.pith.compress.measure.Engine;
import dev.pith.compress.measure.Measurement;
import dev.pith.compress.measure.PithEngine;
import dev.pith.compress.measure.Speedup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A network in its forms, with Pith and the peer taking turns.
 *
 * @param network which
 * @param batch samples in a run
 * @param forms one for each contender, the peer's first
 */
record NetworkResult(Networks network, int batch, List<Form> forms) {

  /** The form that others are compared with: the peer at its fastest on most machines. */
  private static final int BASE = 1;

  NetworkResult {
    forms = List.copyOf(forms);
  }

  /**
   * A form and its measurement.
   *
   * @param title for people
   * @param isOurs whether Pith ran it
   * @param measurement what was measured
   * @param speedup against the peer's int8 form
   */
  record Form(String title, boolean isOurs, Measurement measurement, Speedup speedup) {}

  /** The peer runs on the CPU whatever Pith runs on. */
  private record OnCpu(Engine engine) implements Engine {

    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public boolean reads(Path file) {
      return engine.reads(file);
    }

    @Override
    public Opened open(Path file, String device, int threads) throws IOException {
      return engine.open(file, "cpu", threads);
    }
  }

  /** Makes the forms, measures them in turns and deletes them. */
  static NetworkResult measure(
      Networks network,
      Path data,
      String device,
      int batch,
      int threads,
      double seconds,
      Collection<String> doubts)
      throws IOException {
    List<String> titles = new ArrayList<>();
    List<ModelFile> files = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>();
    try {
      for (Variant variant : List.of(Variant.DENSE_F32, Variant.DENSE_INT8)) {
        files.add(ModelFile.ort(network, variant, data, batch > 1));
        titles.add("ONNX Runtime, " + variant.title());
        contenders.add(new Contender(new OnCpu(new OrtEngine()), files.getLast().path()));
      }
      for (Variant variant : Variant.values()) {
        files.add(ModelFile.pith(network, variant, data, batch > 1));
        titles.add("Pith, " + variant.title());
        contenders.add(new Contender(new PithEngine(), files.getLast().path()));
      }
      Benchmark.Result result =
          new Benchmark(device, batch, threads, seconds, network.shapes(batch)).measure(contenders);
      result
          .doubts()
          .forEach(doubt -> doubts.add(network.title() + ", batch " + batch + ": " + doubt));
      List<Form> forms = new ArrayList<>();
      Measurement base = result.measurements().get(BASE);
      for (int i = 0; i < titles.size(); i++) {
        Measurement m = result.measurements().get(i);
        forms.add(new Form(titles.get(i), i > BASE, m, Speedup.of(m.timing(), base.timing())));
      }
      return new NetworkResult(network, batch, forms);
    } finally {
      for (ModelFile file : files) {
        file.close();
      }
    }
  }

  /** {@code ResNet-50, batch 8, 2 threads}. */
  String title() {
    int threads = forms.get(BASE).measurement().threads();
    return network.title()
        + ", batch "
        + batch
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }
}
