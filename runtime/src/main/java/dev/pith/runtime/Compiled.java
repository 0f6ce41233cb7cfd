package dev.pith.runtime;

import dev.pith.runtime.device.Executable;
import dev.pith.runtime.plan.Plan;

/**
 * A plan and its executable, counted while runs use it: a retired one is closed by the last of
 * them. Guarded by the session's lock.
 */
final class Compiled {

  private final Plan plan;
  private final Executable executable;
  private int users;
  private boolean retired;

  /** Both are {@code null} where every run is evaluated eagerly. */
  Compiled(Plan plan, Executable executable) {
    this.plan = plan;
    this.executable = executable;
  }

  Plan plan() {
    return plan;
  }

  Executable executable() {
    return executable;
  }

  long workspaceBytes() {
    return executable == null ? 0 : executable.workspaceBytes();
  }

  void borrow() {
    users++;
  }

  void giveBack() {
    users--;
    closeIfDone();
  }

  /** No run will borrow it from now on. */
  void retire() {
    retired = true;
    closeIfDone();
  }

  private void closeIfDone() {
    if (retired && users == 0 && executable != null) {
      executable.close();
    }
  }
}
