package dev.pith.kernels.recurrent;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Program;
import dev.pith.kernels.Support;
import dev.pith.kernels.Target;
import dev.pith.kernels.device.DeviceTarget;
import dev.pith.kernels.device.ProgramBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link RecurrentProblem} on a device: one launch for all products with w, then one for each step
 * (GRU: two, unless the reset gate comes last), a work item for each unit.
 */
public final class DeviceRecurrent implements DeviceKernel<RecurrentProblem> {

  @Override
  public Support supports(RecurrentProblem p, Target target) {
    return DeviceTarget.check(target, products(p), states(p));
  }

  @Override
  public Program program(RecurrentProblem p, Target target) {
    boolean late = p.cell() == RecurrentProblem.Cell.GRU && p.linearBeforeReset();
    ProgramBuilder program =
        ProgramBuilder.prelude()
            .define("G_", Gate.Kind.values())
            .define("CELL_GATES", p.cell().gates())
            .include(DeviceRecurrent.class, "recurrent.cl");
    start(program, p, late);
    boolean resets = p.cell() == RecurrentProblem.Cell.GRU && !late;
    for (int step = 0; step < p.steps(); step++) {
      if (resets) {
        program.launch("recurrent_reset", units(p));
        products(program, p).input(R).input(LENGTHS);
        states(program, p).scratch(RESETS, 4 * units(p)).table(functions(p));
        extents(program, p, step).floats(p.clip());
      }
      program.launch("recurrent_step", units(p));
      products(program, p).input(R).input(BIAS).input(LENGTHS).input(PEEPHOLES);
      states(program, p).scratch(CELLS, 4 * units(p)).scratch(RESETS, 4 * units(p));
      extents(program.table(functions(p)), p, step)
          .ints(late || p.inputForget() ? 1 : 0)
          .floats(p.clip());
    }
    return end(program, p).build();
  }

  private static final int BIAS = 3;
  private static final int R = 2;
  private static final int LENGTHS = 4;
  private static final int FIRST_H = 5;
  private static final int FIRST_C = 6;
  private static final int PEEPHOLES = 7;

  private static final int PRODUCTS = 0;
  private static final int STATES = 1;
  private static final int CELLS = 2;
  private static final int RESETS = 3;

  private static long products(RecurrentProblem p) {
    return (long) p.directions() * p.steps() * p.batch() * p.rows();
  }

  /** Units of all sequences and directions. */
  private static long units(RecurrentProblem p) {
    return (long) p.directions() * p.batch() * p.hidden();
  }

  private static long states(RecurrentProblem p) {
    return (p.steps() + 1) * units(p);
  }

  private static ProgramBuilder products(ProgramBuilder program, RecurrentProblem p) {
    return program.scratch(PRODUCTS, 4 * products(p));
  }

  private static ProgramBuilder states(ProgramBuilder program, RecurrentProblem p) {
    return program.scratch(STATES, 4 * states(p));
  }

  private static ProgramBuilder extents(ProgramBuilder program, RecurrentProblem p, int step) {
    return program.ints(units(p), step, p.steps(), p.batch(), p.hidden()).ints(p.reverse() ? 1 : 0);
  }

  private static List<Integer> functions(RecurrentProblem p) {
    List<Integer> table = new ArrayList<>();
    for (Gate gate : p.gates()) {
      table.add(ProgramBuilder.code(Gate.Kind.values(), gate.kind()));
      table.add(Float.floatToRawIntBits(gate.alpha()));
      table.add(Float.floatToRawIntBits(gate.beta()));
    }
    return table;
  }

  private static void start(ProgramBuilder program, RecurrentProblem p, boolean late) {
    program.launch("recurrent_start", units(p)).input(FIRST_H).input(FIRST_C);
    states(program, p)
        .scratch(CELLS, 4 * units(p))
        .ints(units(p), p.directions(), p.batch(), p.hidden(), p.batchFirst() ? 1 : 0);
    program.launch("recurrent_inputs", products(p)).input(0).input(1).input(BIAS);
    products(program, p)
        .ints(products(p), p.steps(), p.batch(), p.inputs(), p.rows())
        .ints(late ? 2L * p.hidden() : p.rows(), p.batchFirst() ? 1 : 0);
  }

  private static ProgramBuilder end(ProgramBuilder program, RecurrentProblem p) {
    int batchFirst = p.batchFirst() ? 1 : 0;
    long all = p.steps() * units(p);
    states(program.launch("recurrent_all", all), p)
        .input(LENGTHS)
        .output(0)
        .ints(all, p.directions(), p.steps(), p.batch(), p.hidden())
        .ints(p.reverse() ? 1 : 0, batchFirst);
    states(program.launch("recurrent_last", units(p)), p)
        .output(1)
        .ints(units(p), p.directions(), p.batch(), p.hidden(), batchFirst, all);
    return program
        .launch("recurrent_last", units(p))
        .scratch(CELLS, 4 * units(p))
        .output(2)
        .ints(units(p), p.directions(), p.batch(), p.hidden(), batchFirst, 0);
  }
}
