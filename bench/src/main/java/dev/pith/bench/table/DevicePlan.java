package dev.pith.bench.table;

import static dev.pith.compress.train.Networks.LENET_5;

import dev.pith.bench.model.Networks;
import dev.pith.bench.model.Variant;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What the table of a device measures, with what is promised.
 *
 * @param copied floats that are copied to find the device's bandwidth
 * @param copies most copies of a layer's weights that runs use in turn
 * @param seconds for which a network is measured
 * @param layers layers
 * @param networks networks
 */
record DevicePlan(
    long copied, int copies, double seconds, List<LayerRow> layers, List<NetworkRow> networks) {

  /** The vendor's kernels that layers are measured beside. */
  static final String BLAS = "cublas_q_linear";

  static final String HALVES = "cublas_linear";
  static final String SPARSE = "cusparse_q_linear";

  private static final double LENET_MICROS = 25;

  /**
   * A layer, as wide as it is high.
   *
   * @param layout layout of the weights
   * @param sparsity fraction of zeros
   * @param width features in and out
   * @param rows rows of x
   * @param promised times faster than the peer
   * @param bandwidth promised fraction of the copy bandwidth on weight bytes; 0 for none
   * @param peer the vendor's kernel
   */
  record LayerRow(
      Layout layout,
      double sparsity,
      long width,
      long rows,
      double promised,
      double bandwidth,
      String peer) {}

  /**
   * A network beside the same in fp32.
   *
   * @param name as printed
   * @param graph makes the network in fp32
   * @param form what becomes of it
   * @param batch samples of a run
   * @param promised times faster than fp32; 0 for no promise
   * @param micros most microseconds of a run; 0 for no promise
   */
  record NetworkRow(
      String name,
      Callable<Graph> graph,
      Variant form,
      int batch,
      double promised,
      double micros) {}

  /** The whole plan, or one that shows in a minute that everything runs. */
  static DevicePlan of(boolean quick) {
    long extent = quick ? 128 : 4096;
    List<LayerRow> layers = new ArrayList<>();
    layers.add(new LayerRow(new NmLayout(2, 4), 0.5, extent, extent, 1.3, 0, BLAS));
    for (long rows : quick ? new long[] {1} : new long[] {1, 4, 16}) {
      BlockLayout blocks = new BlockLayout(16, 4);
      layers.add(new LayerRow(blocks, 0.9, 2 * extent, rows, 2.5, 0.6, BLAS));
      layers.add(new LayerRow(blocks, 0.9, 2 * extent, rows, 4, 0.6, HALVES));
    }
    for (double sparsity : quick ? new double[] {0.9} : new double[] {0.8, 0.9}) {
      for (long rows : quick ? new long[] {16} : new long[] {64, 256, 512}) {
        for (Layout layout : List.of(new CsrLayout(), new BlockLayout(4, 4))) {
          layers.add(new LayerRow(layout, sparsity, extent, rows, 3, 0, SPARSE));
        }
      }
    }
    List<NetworkRow> networks = new ArrayList<>();
    networks.add(
        new NetworkRow(
            "LeNet-5",
            () -> LENET_5.create(Shape.of(1, 28, 28), 10, 7),
            Variant.SPARSE_90,
            1,
            0,
            LENET_MICROS));
    if (quick) {
      networks.add(
          new NetworkRow(
              "MobileNetV2, 32 x 32",
              () -> Networks.MOBILENET_V2_32.load(null, false),
              Variant.DENSE_INT8,
              1,
              0,
              0));
    } else {
      Callable<Graph> large = () -> Networks.RESNET50.load(null, true);
      networks.add(new NetworkRow("ResNet-50", large, Variant.DENSE_INT8, 1, 3, 0));
      networks.add(new NetworkRow("ResNet-50", large, Variant.DENSE_INT8, 64, 4, 0));
    }
    return new DevicePlan(
        quick ? 1 << 22 : 1 << 26,
        32,
        quick ? 0.5 : 2.5,
        List.copyOf(layers),
        List.copyOf(networks));
  }
}
