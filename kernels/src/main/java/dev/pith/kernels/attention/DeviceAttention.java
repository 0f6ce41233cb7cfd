package dev.pith.kernels.attention;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link AttentionProblem} on a device in three launches: scores of every query and key in memory,
 * a group of 64 work items for the softmax of each query, a work item for each element of y.
 */
public final class DeviceAttention implements DeviceKernel<AttentionProblem> {

  @Override
  public Support supports(AttentionProblem p, Target target) {
    if (p.maskType() != null && p.maskType() != DType.BOOL && !isReal(p.maskType())) {
      return Support.no("a mask of %s; BOOL, F32 and F16 are supported", p.maskType());
    }
    return DeviceTarget.checkFloat(
        target,
        p.dtype(),
        scores(p),
        p.batch() * p.heads() * p.queries() * Math.max(p.headSize(), p.valueSize()),
        p.batch() * p.keyHeads() * p.total() * Math.max(p.headSize(), p.valueSize()));
  }

  @Override
  public Program program(AttentionProblem p, Target target) {
    boolean words = p.maskType() != null && p.maskType() != DType.BOOL;
    ProgramBuilder program =
        ProgramBuilder.of(DeviceAttention.class, "attention.cl")
            .define("X", p.dtype())
            .define("MASK", words ? p.maskType() : DType.BOOL);
    if (!words) {
      program.define("MASK_BOOL", 1);
    }
    present(program, p, 1, p.headSize());
    present(program, p, 2, p.valueSize());
    boolean last = p.scores() == AttentionProblem.Scores.PROBABILITIES;
    program.launch("attention_scores", scores(p)).input(0).input(1);
    optional(program, 4, p.past() > 0);
    optional(program, MASK, p.mask() != null);
    optional(program, LENGTHS, p.lengths());
    program.table(extents(p.mask())).scratch(0, 4 * scores(p));
    kept(program, !last)
        .ints(scores(p), p.heads(), p.keyHeads(), p.queries(), p.keys(), p.past(), p.headSize())
        .ints(p.packed() ? 1 : 0, p.causal() ? 1 : 0)
        .ints(ProgramBuilder.code(AttentionProblem.Scores.values(), p.scores()))
        .floats(p.scale(), p.softcap());
    long rows = p.total() == 0 ? 0 : p.batch() * p.heads() * p.queries();
    program.launchGroups("attention_softmax", rows).scratch(0, 4 * scores(p));
    kept(program, last).ints(p.total());
    long items = p.batch() * p.heads() * p.queries() * p.valueSize();
    program.launch("attention_values", items).scratch(0, 4 * scores(p)).input(2);
    return optional(program, 5, p.past() > 0)
        .output(0)
        .ints(items, p.heads(), p.keyHeads(), p.queries(), p.keys(), p.past(), p.valueSize())
        .ints(p.packed() ? 1 : 0)
        .build();
  }

  private static final int MASK = 3;
  private static final int LENGTHS = 6;

  /** No node has so many operands: a null pointer. */
  private static final int ABSENT = Integer.MAX_VALUE;

  private static boolean isReal(DType type) {
    return type == DType.F32 || type == DType.F16;
  }

  private static long scores(AttentionProblem p) {
    return p.batch() * p.heads() * p.queries() * p.total();
  }

  private static ProgramBuilder optional(ProgramBuilder program, int input, boolean isThere) {
    return program.input(isThere ? input : ABSENT);
  }

  /** Output 3, where this launch stores it; where nobody wants it, it is null anyway. */
  private static ProgramBuilder kept(ProgramBuilder program, boolean here) {
    return here ? program.byproduct(3) : program.input(ABSENT);
  }

  private static void present(ProgramBuilder program, AttentionProblem p, int which, long size) {
    long items = p.batch() * p.keyHeads() * p.total() * size;
    program.launch("attention_present", items).input(which);
    optional(program, 3 + which, p.past() > 0)
        .output(which)
        .ints(items, p.keyHeads(), p.keys(), p.past(), size, p.packed() ? 1 : 0);
  }

  /** Extents of the mask along image, head, query and key. */
  private static List<Integer> extents(Shape mask) {
    List<Integer> table = new ArrayList<>();
    for (int d = 0; d < 4; d++) {
      int axis = mask == null ? -1 : d - 4 + mask.rank();
      table.add(axis < 0 ? 1 : mask.dimInt(axis));
    }
    return table;
  }
}
