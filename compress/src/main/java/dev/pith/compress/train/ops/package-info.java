/**
 * How each operation of a graph runs on libtorch.
 *
 * <p>Read {@link dev.pith.compress.train.ops.TorchOps} first: the one list. To make an operation
 * trainable, write a method in the file of its family and add a line there.
 */
package dev.pith.compress.train.ops;
