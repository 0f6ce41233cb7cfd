/**
 * The command line: one class a command, reached through {@link dev.pith.compress.cli.Main}.
 *
 * <p>Read {@link dev.pith.compress.cli.Main} (exit codes, errors) and {@link
 * dev.pith.compress.cli.CliCommand} (what all commands share) first. Uses every other package; none
 * uses it.
 */
package dev.pith.compress.cli;
