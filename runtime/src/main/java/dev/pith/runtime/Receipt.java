package dev.pith.runtime;

import dev.pith.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Where a session's memory goes, in bytes. Immutable.
 *
 * @param fileBytes the model's file on disk; 0 for a graph in memory
 * @param weightBytes all constants in the form in which the graph holds them, mapped ones included
 * @param decodedBytes the part of {@code weightBytes} that was entropy coded in the file, and so
 *     lies in memory rather than in the mapped file
 * @param repackedBytes copies of weights that kernels of this session's device made for themselves
 * @param sharedBytes the part of {@code repackedBytes} that all sessions of the model on this
 *     device hold together, so that it counts once however many there are
 * @param releasedBytes the part of {@code weightBytes} in the mapped file whose memory was given
 *     back, since a repacked form took its place
 * @param workspaceBytes activations and scratch of all workspaces made so far
 * @param codeBytes generated code of the whole process, which all sessions share
 * @param peakRssBytes the most memory the whole process ever had resident; −1 where unknown
 */
public record Receipt(
    long fileBytes,
    long weightBytes,
    long decodedBytes,
    long repackedBytes,
    long sharedBytes,
    long releasedBytes,
    long workspaceBytes,
    long codeBytes,
    long peakRssBytes) {

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Bytes of weights in every form that is held while running. */
  public long residentWeightBytes() {
    return weightBytes - releasedBytes + repackedBytes;
  }

  /** All that the session adds to the process's memory, the Java heap aside. */
  public long residentBytes() {
    return residentWeightBytes() + workspaceBytes + codeBytes;
  }

  static long weightBytes(Iterable<Tensor> constants) {
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    long bytes = 0;
    for (Tensor tensor : constants) {
      bytes += seen.add(tensor) ? tensor.byteSize() : 0;
    }
    return bytes;
  }

  /** The most memory this process ever had resident, as Linux counts it; −1 elsewhere. */
  public static long peakRss() {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          String amount = line.substring("VmHWM:".length(), line.length() - "kB".length());
          return 1024 * Long.parseLong(amount.strip());
        }
      }
      return -1;
    } catch (IOException e) {
      return -1; // the file system offers the file but not its contents, as some sandboxes do
    }
  }
}
