package dev.pith.compress.measure;

/**
 * What a benchmark found.
 *
 * @param path the model file as given
 * @param engine what ran it
 * @param device what it ran on
 * @param batch samples in a run
 * @param threads threads of a run
 * @param timing warm-up and timed runs
 * @param throughput samples a second
 * @param firstResultMillis from before opening the file to after the first run
 * @param fileBytes size of the file
 * @param residentWeightBytes weights in every form held while running; −1 for unknown
 * @param workspaceBytes activations and scratch; −1 for unknown
 * @param allocatedBytes objects that a run makes on the Java heap; −1 for unknown
 * @param peakRssBytes most memory the process had resident since the file was opened; −1 for
 *     unknown, and where several contenders shared the process
 */
public record Measurement(
    String path,
    String engine,
    String device,
    int batch,
    int threads,
    Timing timing,
    double throughput,
    double firstResultMillis,
    long fileBytes,
    long residentWeightBytes,
    long workspaceBytes,
    long allocatedBytes,
    long peakRssBytes) {

  /** Times of one run, in milliseconds. */
  public Percentiles latency() {
    return timing.latency();
  }
}
