package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.util.List;

/**
 * What a {@code .pith} file holds. Immutable; its tensors are slices of the mapped file, and live
 * as long as the arena it was read into. Safe for use from many threads.
 */
public final class ModelFile {

  /** A tensor and what errors call it. */
  record Named(String name, long offset, Tensor tensor) {}

  private final Graph graph;
  private final Provenance provenance;
  private final Golden golden;
  private final long fileBytes;
  private final long decodedBytes;
  private final FileSections sections;
  private final List<Named> tensors;

  ModelFile(
      Graph graph,
      Provenance provenance,
      Golden golden,
      long fileBytes,
      long decodedBytes,
      FileSections sections,
      List<Named> tensors) {
    this.graph = graph;
    this.provenance = provenance;
    this.golden = golden;
    this.fileBytes = fileBytes;
    this.decodedBytes = decodedBytes;
    this.sections = sections;
    this.tensors = tensors;
  }

  /** The network. */
  public Graph graph() {
    return graph;
  }

  /** How it was made. */
  public Provenance provenance() {
    return provenance;
  }

  /** Its golden vectors, or {@code null}. */
  public Golden golden() {
    return golden;
  }

  /** Bytes of the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /** Bytes of memory that hold components which were entropy coded in the file. */
  public long decodedBytes() {
    return decodedBytes;
  }

  /**
   * Compares every section with its checksum and checks every index, offset and count of every
   * tensor, so that kernels need not.
   *
   * @throws CorruptModelException at the first that is wrong
   */
  public void verify() {
    sections.checkAll();
    for (Named named : tensors) {
      try {
        named.tensor().layout().validate(named.tensor());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new CorruptModelException(
            "tensor " + named.name(), named.offset(), e.getMessage(), e);
      }
    }
  }
}
