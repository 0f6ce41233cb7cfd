package dev.pith.compress.measure;

/**
 * What a benchmark found.
 *
 * @param path the model file as given
 * @param engine what ran it
 * @param device what it ran on
 * @param batch samples in a run
 * @param threads threads of a run
 * @param runs timed runs
 * @param latency times of one run
 * @param throughput samples a second
 * @param firstResultMillis from before opening the file to after the first run
 * @param fileBytes size of the file
 * @param residentWeightBytes weights in every form held while running; −1 for unknown
 * @param workspaceBytes activations and scratch; −1 for unknown
 * @param peakRssBytes most memory the process had resident since the file was opened; −1 for
 *     unknown
 */
public record Measurement(
    String path,
    String engine,
    String device,
    int batch,
    int threads,
    int runs,
    Percentiles latency,
    double throughput,
    double firstResultMillis,
    long fileBytes,
    long residentWeightBytes,
    long workspaceBytes,
    long peakRssBytes) {}
