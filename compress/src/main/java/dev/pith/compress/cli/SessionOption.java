package dev.pith.compress.cli;

import dev.pith.runtime.SessionOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a command's sessions run on: {@code --device}, {@code --threads}, {@code --allow-fallback}.
 */
final class SessionOption {

  @Option(names = "--device", paramLabel = "D", description = "auto, cpu, cuda, opencl, cuda:1 …")
  private String device;

  @Option(names = "--threads", paramLabel = "N", description = "Threads of a run (default: all).")
  private int threads;

  @Mixin private FallbackOption fallback;

  /** As given; {@code null} where it was not. */
  String device() {
    return device;
  }

  /** As given; 0 where it was not. */
  int threads() {
    return threads;
  }

  SessionOptions options() {
    return fallback.apply(CliCommand.options(device, threads));
  }
}
