package dev.pith.runtime.cpu;

import dev.pith.kernels.HostProgram;
import java.util.concurrent.locks.LockSupport;

/**
 * One pass over the steps of an executable by a team: every worker walks through all phases, claims
 * chunks of items until none is left, and waits for the phase's last item before it goes on.
 */
final class CpuRun implements ThreadTeam.Job {

  /** Chunks per worker and phase: few enough to be cheap, enough to even out. */
  private static final long CHUNKS_PER_WORKER = 4;

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
    long chunk = Math.max(1, items / (threads * CHUNKS_PER_WORKER));
    for (long from = workspace.claim(slot, chunk);
        from < items && failure == null;
        from = workspace.claim(slot, chunk)) {
      long to = Math.min(items, from + chunk);
      try {
        programs[step].run(
            phase,
            workspace.arguments[step],
            workspace.shared,
            workspace.scratch(programs[step], worker),
            from,
            to);
      } catch (RuntimeException | Error e) {
        failure = e;
        return;
      }
      workspace.finish(slot, to - from);
    }
  }
}
