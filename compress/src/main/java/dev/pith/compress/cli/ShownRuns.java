package dev.pith.compress.cli;

import dev.pith.kernels.tensor.Tensor;
import java.util.Iterator;
import java.util.Map;

/** Calibration runs that show how far each passage through them is. */
final class ShownRuns {

  private ShownRuns() {}

  static Iterable<Map<String, Tensor>> of(
      Iterable<Map<String, Tensor>> runs, Terminal terminal, String task, long count) {
    return () -> {
      Iterator<Map<String, Tensor>> inner = runs.iterator();
      Progress progress = Progress.start(terminal, task, count);
      return new Iterator<>() {
        private long done;

        @Override
        public boolean hasNext() {
          boolean more = inner.hasNext();
          if (!more) {
            progress.close();
          }
          return more;
        }

        @Override
        public Map<String, Tensor> next() {
          progress.at(done++);
          return inner.next();
        }
      };
    };
  }
}
