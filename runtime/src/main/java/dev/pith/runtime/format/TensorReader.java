package dev.pith.runtime.format;

import dev.pith.kernels.layout.Layouts;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensor table and places its components in the sections. Not thread-safe. */
final class TensorReader {

  /** Quantization as the table has it: places of tensors; −1 for no zero points. */
  private record Scaling(int axis, int groupSize, int scales, int zeroPoints) {}

  private final HeaderCursor in;
  private final FileSections sections;
  private final Arena arena;
  private final List<Long> offsets = new ArrayList<>();
  private final List<Integer> firstSections = new ArrayList<>();
  private final Map<Integer, List<Float>> scales = new HashMap<>();
  private int section = -1;
  private int componentsLeft;
  private long position;
  private long decodedBytes;

  /** Decodes all components at once, before any of them is read. */
  private final RansDecoder decoder = new RansDecoder();

  TensorReader(HeaderCursor in, FileSections sections, Arena arena) {
    this.in = in;
    this.sections = sections;
    this.arena = arena;
  }

  /** Bytes of components decoded to memory. */
  long decodedBytes() {
    return decodedBytes;
  }

  /** Place in the file of the first component of tensor {@code number}. */
  long offset(int number) {
    return offsets.get(number);
  }

  List<Tensor> read() {
    List<Tensor> plain = new ArrayList<>();
    List<Scaling> scalings = new ArrayList<>();
    int count = in.count(7, "tensors");
    for (int i = 0; i < count; i++) {
      plain.add(tensor(count, scalings));
    }
    finishSection();
    if (section + 1 != sections.sections().size()) {
      throw in.corrupt("no tensor lies in section " + (section + 1));
    }
    in.finish("tensor table");
    decoder.run();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scaling scaling = scalings.get(i);
      tensors.add(
          scaling == null
              ? plain.get(i)
              : plain.get(i).withQuantization(quantization(scaling, plain, plain.get(i))));
    }
    return tensors;
  }

  private Tensor tensor(int tensors, List<Scaling> scalings) {
    DType dtype = GraphDecoder.dtype(in, in.u8());
    long[] dims = new long[in.below(ModelFormat.MAX_RANK, "a rank")];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = in.length("an extent");
    }
    int id = in.below(Integer.MAX_VALUE, "a layout's id");
    List<Integer> parameters = new ArrayList<>();
    for (int i = in.count(1, "layout parameters"); i > 0; i--) {
      parameters.add(in.below(Integer.MAX_VALUE, "a layout's parameter"));
    }
    scalings.add(scaling(tensors));
    try {
      Shape shape = Shape.of(dims);
      Layout layout = Layouts.parse(id, parameters);
      List<MemorySegment> components = new ArrayList<>();
      for (int i = 0; i < layout.componentNames().size(); i++) {
        components.add(component(i == 0));
      }
      Tensor tensor = Tensor.over(dtype, shape, layout, components);
      if (tensor.isDense()) {
        layout.validate(tensor); // looks at sizes only
      }
      return tensor;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw in.corrupt(e.getMessage(), e);
    }
  }

  private Scaling scaling(int tensors) {
    int kind = in.below(2, "a kind of quantization");
    if (kind == 0) {
      return null;
    }
    long axis = in.signed();
    if (axis < -1 || axis >= ModelFormat.MAX_RANK) {
      throw in.corrupt("a quantization axis is " + axis);
    }
    int groupSize = in.below(Integer.MAX_VALUE, "a group size");
    int scale = in.below(tensors, "a tensor of scales");
    return new Scaling((int) axis, groupSize, scale, in.below(tensors + 1L, "a tensor") - 1);
  }

  private MemorySegment component(boolean isFirst) {
    Coding coding = Coding.ofCode(in.below(Coding.codes(), "a component's coding"));
    long plainBytes = in.length("a component's length");
    long bytes = coding.isRaw() ? plainBytes : in.length("a component's stored length");
    while (componentsLeft == 0) {
      nextSection();
    }
    componentsLeft--;
    FileSections.Section place = sections.sections().get(section);
    long at = ModelFormat.place(position, coding, bytes);
    if (bytes > place.length() || at + bytes > place.length()) {
      throw new CorruptModelException(
          "section " + section,
          place.offset(),
          "a component of " + bytes + " bytes at " + at + " does not fit its " + place.length());
    }
    position = at + bytes;
    if (isFirst) {
      offsets.add(place.offset() + at);
      firstSections.add(section);
    }
    MemorySegment stored = sections.slice(section, at, bytes);
    if (coding.isRaw()) {
      return stored;
    }
    if (plainBytes / ModelFormat.MAX_EXPANSION > bytes) {
      throw in.corrupt("a component of " + bytes + " bytes cannot decode to " + plainBytes);
    }
    sections.check(section);
    decodedBytes += plainBytes;
    RansDecoder.Place where = new RansDecoder.Place("section " + section, place.offset() + at);
    return coding.decode(where, stored, plainBytes, arena, decoder);
  }

  private void nextSection() {
    finishSection();
    section++;
    if (section == sections.sections().size()) {
      throw in.corrupt("there are more components than the sections hold");
    }
    componentsLeft = sections.sections().get(section).components();
    position = 0;
  }

  private void finishSection() {
    if (section >= 0) {
      FileSections.Section done = sections.sections().get(section);
      if (componentsLeft > 0 || position != done.length()) {
        throw new CorruptModelException(
            "section " + section,
            done.offset() + position,
            "its components end here, but it has " + done.length() + " bytes");
      }
    }
  }

  private Quantization quantization(Scaling scaling, List<Tensor> tensors, Tensor scaled) {
    Tensor scale = parameter(scaling.scales(), DType.F32, tensors, scaled);
    List<Integer> zeroPoints = new ArrayList<>();
    if (scaling.zeroPoints() >= 0) {
      Tensor zeros = parameter(scaling.zeroPoints(), DType.I32, tensors, scaled);
      for (long zero : zeros.toLongs()) {
        zeroPoints.add((int) zero);
      }
    }
    try {
      return new Quantization.Affine(
          scaling.axis(),
          scaling.groupSize(),
          scales.computeIfAbsent(scaling.scales(), n -> floats(scale)),
          zeroPoints);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage(), e);
    }
  }

  private static List<Float> floats(Tensor tensor) {
    List<Float> floats = new ArrayList<>();
    for (float value : tensor.toFloats()) {
      floats.add(value);
    }
    return List.copyOf(floats);
  }

  /** A tensor of quantization parameters, whose section is checked before it is read. */
  private Tensor parameter(int number, DType dtype, List<Tensor> tensors, Tensor scaled) {
    Tensor tensor = tensors.get(number);
    long most = Math.max(1, scaled.shape().elementCount());
    if (tensor.dtype() != dtype || !tensor.isDense() || tensor.shape().elementCount() > most) {
      throw in.corrupt(
          "tensor " + number + " is " + tensor + ", which holds no parameters of " + scaled);
    }
    sections.check(firstSections.get(number));
    return tensor;
  }
}
