package dev.pith.kernels.layout;

/**
 * Where in a thread's scratch {@link SparseLayout#list} writes what a group of rows stores: byte
 * offsets, made once while a kernel prepares. Room is needed for as many entries as columns are
 * listed at a time.
 *
 * @param offsets I32 for each listed column: its number times {@code stride}
 * @param values F32 for each listed column, for the group's first row
 * @param valueStride bytes from the values of one row of the group to those of the next
 * @param stride what a column's number is multiplied by, such as the bytes of a row of activations
 */
public record RowLists(long offsets, long values, long valueStride, int stride) {}
