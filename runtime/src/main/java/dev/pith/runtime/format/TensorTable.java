package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.OpCodec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors a file holds, in the order of its tensor table: quantization parameters, small
 * tensors, large ones; each of these in the order in which the graph names them.
 */
final class TensorTable {

  /** Tensors of at least this many bytes have a section of their own. */
  static final long LARGE = 64 << 10;

  /** A shared section ends when it has this many bytes. */
  private static final long SECTION = 1 << 20;

  /** One tensor of the table. */
  private static final class Entry {
    final Tensor tensor;
    final int rank;
    Entry scales;
    Entry zeroPoints;
    int number;

    Entry(Tensor tensor, int rank) {
      this.tensor = tensor;
      this.rank = rank;
    }
  }

  /** A section: neighbouring components of the table. */
  record Section(List<Coding.Coded> components) {}

  private static final int PARAMETERS = 0;
  private static final int SMALL = 1;
  private static final int LARGE_RANK = 2;

  private final IdentityHashMap<Tensor, Entry> byTensor = new IdentityHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private TensorTable() {}

  /** All constants of {@code graph} and of the graphs in its attributes. */
  static TensorTable of(Graph graph) {
    TensorTable table = new TensorTable();
    table.add(graph);
    table.entries.sort(Comparator.comparingInt(entry -> entry.rank)); // stable
    for (int i = 0; i < table.entries.size(); i++) {
      table.entries.get(i).number = i;
    }
    return table;
  }

  private void add(Graph graph) {
    graph.constants().values().forEach(this::add);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Record record) {
        OpCodec.attributes(record).values().forEach(this::addNested);
      }
    }
  }

  private void addNested(Object value) {
    switch (value) {
      case Graph graph -> add(graph);
      case List<?> list -> list.forEach(this::addNested);
      case Map<?, ?> map -> map.values().forEach(this::addNested);
      default -> {}
    }
  }

  private void add(Tensor tensor) {
    if (byTensor.containsKey(tensor)) {
      return;
    }
    Entry entry = new Entry(tensor, tensor.byteSize() < LARGE ? SMALL : LARGE_RANK);
    byTensor.put(tensor, entry);
    entries.add(entry);
    if (tensor.quantization() instanceof Quantization.Affine affine) {
      float[] scales = new float[affine.scales().size()];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = affine.scales().get(i);
      }
      entry.scales = new Entry(Tensor.of(scales, scales.length), PARAMETERS);
      entries.add(entry.scales);
      if (!affine.zeroPoints().isEmpty()) {
        int[] zeros = affine.zeroPoints().stream().mapToInt(Integer::intValue).toArray();
        entry.zeroPoints = new Entry(Tensor.of(zeros, zeros.length), PARAMETERS);
        entries.add(entry.zeroPoints);
      }
    }
  }

  /** Place of a constant in the table. */
  int number(Tensor tensor) {
    return byTensor.get(tensor).number;
  }

  /** Bytes of all components. */
  long byteSize() {
    return entries.stream().mapToLong(entry -> entry.tensor.byteSize()).sum();
  }

  /**
   * The sections, in order.
   *
   * @param least part of a component that entropy coding must save; 1 for no coding
   */
  List<Section> sections(double least) {
    List<Section> sections = new ArrayList<>();
    List<Coding.Coded> open = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      boolean ends = i > 0 && (entry.rank == LARGE_RANK || entries.get(i - 1).rank != entry.rank);
      // Quantization parameters stay apart from the rest, because opening a file reads them.
      if (!open.isEmpty() && (ends || bytes >= SECTION)) {
        sections.add(new Section(open));
        open = new ArrayList<>();
        bytes = 0;
      }
      for (MemorySegment component : entry.tensor.components()) {
        Coding.Coded coded =
            least < 1 ? Coding.smallest(component, least) : new Coding.Coded(Coding.RAW, component);
        open.add(coded);
        bytes += coded.bytes().byteSize();
      }
    }
    if (!open.isEmpty()) {
      sections.add(new Section(open));
    }
    return sections;
  }

  /** Writes the table; {@code coded} are all components in order. */
  void write(HeaderBytes out, List<Coding.Coded> coded) {
    out.unsigned(entries.size());
    int component = 0;
    for (Entry entry : entries) {
      Tensor tensor = entry.tensor;
      out.u8(tensor.dtype().code()).unsigned(tensor.shape().rank());
      for (long dim : tensor.shape().dims()) {
        out.unsigned(dim);
      }
      out.unsigned(tensor.layout().id()).unsigned(tensor.layout().parameters().size());
      tensor.layout().parameters().forEach(out::unsigned);
      quantization(out, entry);
      for (MemorySegment plain : tensor.components()) {
        Coding.Coded stored = coded.get(component++);
        out.u8(stored.coding().code()).unsigned(plain.byteSize());
        if (!stored.coding().isRaw()) {
          out.unsigned(stored.bytes().byteSize());
        }
      }
    }
  }

  private static void quantization(HeaderBytes out, Entry entry) {
    if (!(entry.tensor.quantization() instanceof Quantization.Affine affine)) {
      out.u8(0);
      return;
    }
    out.u8(1).signed(affine.axis()).unsigned(affine.groupSize()).unsigned(entry.scales.number);
    out.unsigned(entry.zeroPoints == null ? 0 : entry.zeroPoints.number + 1);
  }
}
