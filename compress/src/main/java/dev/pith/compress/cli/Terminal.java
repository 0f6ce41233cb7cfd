package dev.pith.compress.cli;

import java.io.PrintWriter;

/**
 * Where results and messages go.
 *
 * @param out results
 * @param err messages and progress
 * @param columns width of the terminal that results go to; 0 where they go elsewhere
 * @param hasProgress whether progress bars are shown
 */
public record Terminal(PrintWriter out, PrintWriter err, int columns, boolean hasProgress) {}
