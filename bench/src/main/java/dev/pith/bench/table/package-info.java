/**
 * The table of what Pith promises about speed, each line beside ONNX Runtime in the same minute.
 *
 * <p>Read {@link dev.pith.bench.table.TableCommand} first. Depends on the packages beside it.
 */
package dev.pith.bench.table;
