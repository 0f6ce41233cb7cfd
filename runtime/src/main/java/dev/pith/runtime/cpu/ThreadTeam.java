package dev.pith.runtime.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that work together on one run at a time. The caller is worker 0; the others spin briefly
 * for the next job and then park.
 *
 * <p>{@link #tryRun} refuses when the team is busy: the caller then runs alone, which is the better
 * use of the processors when many runs are under way.
 */
final class ThreadTeam implements AutoCloseable {

  private static final int SPINS = 20_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Thread[] helpers;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile Job job;
  private volatile boolean closed;

  /** What each worker of a run does; returns when there is nothing left to do. */
  @FunctionalInterface
  interface Job {
    void work(int worker);
  }

  ThreadTeam(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("pith-worker-" + worker).unstarted(() -> serve(worker));
      helpers[i].start();
    }
  }

  /** Threads including the caller's. */
  int size() {
    return helpers.length + 1;
  }

  /**
   * Runs {@code work} on all workers at once and returns when all have left it; {@code false} if
   * the team is busy and nothing was run.
   */
  boolean tryRun(Job work) {
    if (helpers.length == 0 || !lock.tryLock()) {
      return false;
    }
    try {
      job = work;
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
      try {
        work.work(0);
      } finally {
        job = null;
        while (inside.get() != 0) {
          Thread.onSpinWait();
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void serve(int worker) {
    Job last = null;
    int spins = 0;
    while (!closed) {
      Job current = job;
      if (current != null && current != last) {
        inside.incrementAndGet();
        // The leader withdraws the job before it waits for `inside`; look again after entering.
        if (job == current) {
          last = current;
          current.work(worker);
        }
        inside.decrementAndGet();
        spins = 0;
      } else if (current == null && last != null) {
        last = null;
      } else if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        spins = 0;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    for (Thread helper : helpers) {
      boolean interrupted = false;
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
