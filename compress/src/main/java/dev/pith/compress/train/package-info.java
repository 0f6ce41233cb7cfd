/**
 * Training: runs graphs on libtorch with gradients, and gives back graphs.
 *
 * <p>Read {@link dev.pith.compress.train.Trainer} first: it trains a graph on a data set, with
 * techniques (pruning, distillation, quantization) that hook into its steps. {@link
 * dev.pith.compress.train.TorchGraph} is the graph on libtorch; {@link
 * dev.pith.compress.train.Networks} makes networks to start from. Only this package and those below
 * it use libtorch; none of its types is seen outside.
 */
package dev.pith.compress.train;
