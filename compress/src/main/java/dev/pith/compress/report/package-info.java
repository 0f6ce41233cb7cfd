/**
 * Reports for people: self-contained HTML pages with charts as inline SVG.
 *
 * <p>Read {@link dev.pith.compress.report.HtmlPage} first. Depends on the JDK only.
 */
package dev.pith.compress.report;
