package dev.pith.runtime.examples;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Answers many requests at once from one session: a virtual thread for each request, as many runs
 * at a time as the machine has processors, each run on one thread. Weights are held once; every run
 * under way has a workspace. Thread-safe.
 */
public final class Serving implements AutoCloseable {

  private final Model model;
  private final Session session;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore running = new Semaphore(Runtime.getRuntime().availableProcessors());

  /** Opens the model and makes its plan, so that the first request is as fast as the others. */
  public Serving(Path modelFile, Tensor example) throws IOException {
    model = Model.load(modelFile);
    session = model.newSession(SessionOptions.defaults().withDevice("cpu").withThreads(1));
    session.run(example);
  }

  /** The first output for {@code input}; the caller need not wait. */
  public Future<Tensor> submit(Tensor input) {
    String output = model.graph().outputNames().get(0);
    Callable<Tensor> run =
        () -> {
          running.acquire();
          try {
            return session.run(input).get(output);
          } finally {
            running.release();
          }
        };
    return requests.submit(run);
  }

  /** Bytes of weights held, in every form; the same for any number of requests. */
  public long weightBytes() {
    return session.receipt().residentWeightBytes();
  }

  /** Waits for the requests that were submitted, then frees everything. */
  @Override
  public void close() {
    requests.close();
    session.close();
    model.close();
  }
}
