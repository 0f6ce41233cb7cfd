package dev.pith.runtime.graph;

/** A graph breaks a rule: the message names the stage, the node and the rule. */
public final class InvalidGraphException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidGraphException(String message) {
    super(message);
  }

  public InvalidGraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
