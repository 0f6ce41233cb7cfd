package dev.pith.bench.table;

import dev.pith.bench.table.DevicePlan.LayerRow;
import java.util.Locale;

/**
 * A layer's times on a device against what was promised. On a device of NVIDIA's a promise is owed,
 * so that a missing library breaks it; other devices have no such peer and owe nothing.
 *
 * @param row the layer and the promise
 * @param micros the fastest own kernel's time
 * @param peer time of the peer or, where there is none, of the own kernels on its weights
 * @param hasPeer whether the peer is there
 * @param isNvidia whether the device is NVIDIA's
 * @param weightRate GB/s on weight bytes
 * @param copyRate GB/s of copies
 */
record DeviceVerdict(
    LayerRow row,
    double micros,
    double peer,
    boolean hasPeer,
    boolean isNvidia,
    double weightRate,
    double copyRate) {

  private boolean isMet() {
    return hasPeer && peer / micros >= row.promised() && weightRate / copyRate >= row.bandwidth();
  }

  /** Whether no promise is broken. */
  boolean isKept() {
    return isMet() || !hasPeer && !isNvidia;
  }

  /** In a word or two. */
  String text() {
    return hasPeer ? isMet() ? "met" : "missed" : "not measured: no peer";
  }

  private String promise() {
    String speed = String.format(Locale.ROOT, ">= %.1fx", row.promised());
    return row.bandwidth() == 0
        ? speed
        : speed + String.format(Locale.ROOT, ", >= %.0f %% of copies", 100 * row.bandwidth());
  }

  /** The row of the table. */
  String line() {
    return String.format(
        Locale.ROOT,
        "| %s %.0f %% zeros, %d x %d | %d | %.1f | %s | %.1f | %.2fx | %s | %.1f | %.0f %% | %s |",
        row.layout().name(),
        100 * row.sparsity(),
        row.width(),
        row.width(),
        row.rows(),
        micros,
        hasPeer ? row.peer() : "own dense or CSR, without " + row.peer(),
        peer,
        peer / micros,
        promise(),
        weightRate,
        100 * weightRate / copyRate,
        text());
  }
}
