package dev.pith.runtime.launch;

/** One command with everything it needs bound to it. */
public interface Call extends AutoCloseable {

  /** Issues the command. */
  void enqueue(CommandStream stream);

  @Override
  default void close() {}
}
