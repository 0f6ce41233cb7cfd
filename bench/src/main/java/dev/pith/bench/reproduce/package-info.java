/**
 * Runs again what the README's tables were made with, and shows published beside measured.
 *
 * <p>Read {@link dev.pith.bench.reproduce.Published} first. Depends on the command line of {@code
 * compress}.
 */
package dev.pith.bench.reproduce;
