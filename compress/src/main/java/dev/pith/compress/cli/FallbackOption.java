package dev.pith.compress.cli;

import dev.pith.runtime.SessionOptions;
import picocli.CommandLine.Option;

/** {@code --allow-fallback}: the CPU computes what a device has no kernel for. */
final class FallbackOption {

  @Option(
      names = "--allow-fallback",
      description = {
        "Let the CPU compute layers that the device has no kernel for, and list them; otherwise"
            + " such",
        "a layer is an error that names it."
      })
  private boolean allowed;

  /** The same options with what was asked for. */
  SessionOptions apply(SessionOptions options) {
    return allowed ? options.withFallback(true) : options;
  }
}
