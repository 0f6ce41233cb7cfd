package dev.pith.compress.prune;

/**
 * Which channels lie along an axis of a value.
 *
 * @param axis the axis, from the front
 * @param ids one channel of {@link ChannelClasses} for each index along the axis; a channel may
 *     occur several times (a flattened image has each once for each pixel)
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, shared by design
record ChannelLabels(int axis, int[] ids) {}
