package dev.pith.compress.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far long work is and when it will be done: a bar on a terminal, nothing elsewhere. */
final class Progress implements AutoCloseable {

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Starts to show progress.
   *
   * @param task what is done, a word or two
   * @param steps how many steps there are
   */
  static Progress start(Terminal terminal, String task, long steps) {
    if (!terminal.hasProgress()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .clearDisplayOnFinish()
            .setConsumer(consumer(System.err))
            .build());
  }

  private static ConsoleProgressBarConsumer consumer(PrintStream messages) {
    return new ConsoleProgressBarConsumer(messages, 78);
  }

  /** {@code steps} are done. */
  void at(long steps) {
    if (bar != null) {
      bar.stepTo(steps);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
