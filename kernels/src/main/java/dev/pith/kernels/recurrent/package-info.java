/**
 * Recurrent layers: LSTM, GRU and plain RNN over whole sequences.
 *
 * <p>Read {@link dev.pith.kernels.recurrent.RecurrentProblem} first. Depends on tensors only.
 */
package dev.pith.kernels.recurrent;
