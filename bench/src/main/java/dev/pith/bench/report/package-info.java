/**
 * Measures networks and layers and draws them: a page, its charts as files, its numbers as JSON.
 *
 * <p>Read {@link dev.pith.bench.report.ReportCommand} first. Depends on the packages beside it.
 */
package dev.pith.bench.report;
