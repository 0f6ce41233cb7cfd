package dev.pith.compress.cli;

import dev.pith.compress.pack.Packer;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.format.Golden;
import dev.pith.runtime.format.ModelWriter;
import dev.pith.runtime.format.Provenance;
import dev.pith.runtime.format.WriteOptions;
import dev.pith.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;

/** Writes {@code .pith} files as all commands do: with golden vectors. */
final class PithFile {

  private PithFile() {}

  /** Packs the weights by the default rule and writes. */
  static void pack(Path file, Graph graph, Provenance provenance) throws IOException {
    write(file, Packer.pack(graph), provenance);
  }

  /** Records golden vectors where the inputs' ranks are known, and writes the graph as it is. */
  static void write(Path file, Graph packed, Provenance provenance) throws IOException {
    boolean drawable = packed.inputs().stream().allMatch(input -> input.dims() != null);
    Golden golden = drawable ? GoldenRun.record(packed, provenance.seed()) : null;
    ModelWriter.write(file, packed, provenance, WriteOptions.DEFAULTS.withGolden(golden));
  }

  /** Bytes of the graph's weights in fp32, 4 for each element of every constant. */
  static long denseBytes(Graph graph) {
    return graph.constants().values().stream()
            .filter(value -> value.dtype().isFloat() || value.dtype().bits() <= 8)
            .mapToLong(PithFile::elements)
            .sum()
        * 4;
  }

  private static long elements(Tensor value) {
    return value.shape().elementCount();
  }
}
