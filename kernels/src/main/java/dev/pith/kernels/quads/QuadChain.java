package dev.pith.kernels.quads;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A layer on rows by way of quads: rows become quads, the layer works on quads, its quads become
 * rows. What lies in between is in the shared workspace: the quads of the input, those of the
 * output, then the layer's own workspace.
 *
 * @param toQuads from rows to the layer's input
 * @param layer from quads to quads
 * @param toRows from the layer's output to rows
 * @param input bytes of the layer's input
 * @param output bytes of its output
 */
record QuadChain(
    QuadProgram toQuads, QuadProgram layer, QuadProgram toRows, long input, long output)
    implements QuadProgram {

  QuadChain {
    input = input + 63 & -64;
    output = output + 63 & -64;
  }

  private List<QuadProgram> steps() {
    return List.of(toQuads, layer, toRows);
  }

  @Override
  public int phases() {
    return toQuads.phases() + layer.phases() + toRows.phases();
  }

  @Override
  public long workItems(int phase) {
    int inLayer = phase - toQuads.phases();
    int inRows = inLayer - layer.phases();
    return inRows >= 0
        ? toRows.workItems(inRows)
        : inLayer >= 0 ? layer.workItems(inLayer) : toQuads.workItems(phase);
  }

  @Override
  public long scratchBytes() {
    return steps().stream().mapToLong(QuadProgram::scratchBytes).max().orElseThrow();
  }

  @Override
  public long sharedBytes() {
    return input
        + output
        + steps().stream().mapToLong(QuadProgram::sharedBytes).max().orElseThrow();
  }

  @Override
  public void run(
      int phase,
      MemorySegment x,
      MemorySegment y,
      MemorySegment shared,
      MemorySegment scratch,
      long from,
      long to) {
    MemorySegment in = shared.asSlice(0, input);
    MemorySegment out = shared.asSlice(input, output);
    MemorySegment own = shared.asSlice(input + output);
    int inLayer = phase - toQuads.phases();
    int inRows = inLayer - layer.phases();
    if (inRows >= 0) {
      toRows.run(inRows, out, y, own, scratch, from, to);
    } else if (inLayer >= 0) {
      layer.run(inLayer, in, out, own, scratch, from, to);
    } else {
      toQuads.run(phase, x, in, own, scratch, from, to);
    }
  }
}
