/**
 * Making compressed models: the recipe, and the order in which its steps run.
 *
 * <p>Read {@link dev.pith.compress.Recipe}, then {@link dev.pith.compress.Compression}. This
 * package may use every other one of the module; none of them uses it, the command line excepted.
 */
package dev.pith.compress;
