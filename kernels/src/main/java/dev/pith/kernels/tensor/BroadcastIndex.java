package dev.pith.kernels.tensor;

/**
 * Which element of each input stands at an output element. The general path of reference kernels.
 */
public final class BroadcastIndex {

  private final long[] dims;
  private final long[][] strides;

  private BroadcastIndex(long[] dims, long[][] strides) {
    this.dims = dims;
    this.strides = strides;
  }

  /** The index for {@code inputs} broadcast to {@code output}. */
  public static BroadcastIndex of(Shape output, Shape... inputs) {
    long[][] strides = new long[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      strides[i] = inputs[i].broadcastStrides(output);
    }
    return new BroadcastIndex(output.dims(), strides);
  }

  /** Element of input {@code input} that output element {@code element} reads. */
  public long of(long element, int input) {
    long at = 0;
    for (int d = dims.length - 1; d >= 0; d--) {
      at += element % dims[d] * strides[input][d];
      element /= dims[d];
    }
    return at;
  }
}
