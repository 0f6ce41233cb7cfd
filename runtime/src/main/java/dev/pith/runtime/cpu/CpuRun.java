package dev.pith.runtime.cpu;

import dev.pith.kernels.HostProgram;
import java.util.concurrent.locks.LockSupport;

/**
 * One pass over the steps of an executable by a team: every worker walks through all phases, claims
 * chunks of items until none is left, and waits for the phase's last item before it goes on.
 */
final class CpuRun implements ThreadTeam.Job {

  /**
   * A worker takes this part of its share of what is left: large pieces first, which is cheap, and
   * single items in the end, so that all finish together (Polychronopoulos and Kuck 1987).
   */
  private static final long PARTS_OF_SHARE = 2;

  /** Looks at a barrier before the processor is offered to others: some hundred microseconds. */
  private static final int SPINS = 5000;

  private static final long NAP_NANOS = 20_000;

  private final HostProgram[] programs;
  private final Workspace workspace;
  private final int threads;
  private final long[] nanos;
  private volatile Throwable failure;

  /**
   * A pass.
   *
   * @param nanos where to put the time of each step; {@code null} where nobody wants to know
   */
  CpuRun(HostProgram[] programs, Workspace workspace, int threads, long[] nanos) {
    this.programs = programs;
    this.workspace = workspace;
    this.threads = threads;
    this.nanos = nanos;
  }

  void prepare() {
    failure = null;
    workspace.reset();
  }

  /** Rethrows what a kernel threw on any worker. */
  void check() {
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    } else if (thrown instanceof Error error) {
      throw error;
    }
  }

  /** All steps on the calling thread alone. */
  void runAlone() {
    for (int step = 0; step < programs.length; step++) {
      HostProgram program = programs[step];
      long start = nanos == null ? 0 : System.nanoTime();
      for (int phase = 0; phase < program.phases(); phase++) {
        program.run(
            phase,
            workspace.arguments[step],
            workspace.shared,
            workspace.scratch(program, 0),
            0,
            program.workItems(phase));
      }
      if (nanos != null) {
        nanos[step] = System.nanoTime() - start;
      }
    }
  }

  @Override
  public void work(int worker) {
    int slot = 0;
    boolean isTimed = nanos != null && worker == 0;
    for (int step = 0; step < programs.length; step++) {
      HostProgram program = programs[step];
      long start = isTimed ? System.nanoTime() : 0;
      for (int phase = 0; phase < program.phases(); phase++) {
        long items = program.workItems(phase);
        share(step, phase, slot, items, worker);
        for (int spins = 0; !workspace.isFinished(slot, items); spins++) {
          if (failure != null) {
            return;
          }
          // A worker that lost its processor cannot finish while the others hold on to theirs.
          if (spins < SPINS) {
            Thread.onSpinWait();
          } else {
            LockSupport.parkNanos(NAP_NANOS);
          }
        }
        slot++;
      }
      if (isTimed) {
        nanos[step] = System.nanoTime() - start;
      }
    }
  }

  private void share(int step, int phase, int slot, long items, int worker) {
    long from = workspace.claimed(slot);
    while (from < items && failure == null) {
      long to = from + Math.max(1, (items - from) / (threads * PARTS_OF_SHARE));
      if (workspace.claim(slot, from, to)) {
        run(step, phase, slot, from, to, worker);
      }
      from = workspace.claimed(slot);
    }
  }

  private void run(int step, int phase, int slot, long from, long to, int worker) {
    try {
      programs[step].run(
          phase,
          workspace.arguments[step],
          workspace.shared,
          workspace.scratch(programs[step], worker),
          from,
          to);
      workspace.finish(slot, to - from);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }
}
