package dev.pith.bench;

import ai.onnxruntime.OrtException;
import dev.pith.bench.model.ModelFile;
import dev.pith.bench.model.Networks;
import dev.pith.bench.model.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a file to the first result, once in each of ten processes. The file is made in the same
 * process, so Pith's classes and the peer's native library are already loaded. The file was just
 * written, so reading it is not what takes the time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(10)
public class LoadBenchmark {

  /** A constant of {@link Networks}. */
  @Param({"RESNET50", "MOBILENET_V2_32"})
  public Networks network;

  /** Who opens which form of the network. */
  @Param public Contender contender;

  /** Folder whose {@code models/} holds networks that are not built in; empty for none. */
  @Param("")
  public String data;

  private ModelFile file;

  /** Engine and form. */
  public enum Contender {
    ORT_F32,
    ORT_INT8,
    PITH_F32,
    PITH_INT8_80
  }

  /** Writes the file. */
  @Setup
  public void write() throws IOException, OrtException {
    Path folder = data.isEmpty() ? null : Path.of(data);
    Ort.environment();
    file =
        switch (contender) {
          case ORT_F32 -> ModelFile.ort(network, Variant.DENSE_F32, folder, false);
          case ORT_INT8 -> ModelFile.ort(network, Variant.DENSE_INT8, folder, false);
          case PITH_F32 -> ModelFile.pith(network, Variant.DENSE_F32, folder, false);
          case PITH_INT8_80 -> ModelFile.pith(network, Variant.SPARSE_80, folder, false);
        };
  }

  /** Opens the file and computes one result. */
  @Benchmark
  public void openAndRun() {
    file.openAndRun(1);
  }

  /** Deletes the file. */
  @TearDown
  public void delete() throws IOException {
    file.close();
  }
}
