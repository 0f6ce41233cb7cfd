package dev.pith.kernels.pool;

import dev.pith.kernels.Arguments;
import dev.pith.kernels.ElementwiseProgram;
import dev.pith.kernels.HostProgram;
import dev.pith.kernels.PrepareContext;
import dev.pith.kernels.ReferenceKernel;
import dev.pith.kernels.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Plain loop over {@link RoiProblem} in double precision: the oracle. */
public final class ReferenceRoi implements ReferenceKernel<RoiProblem> {

  @Override
  public HostProgram prepare(RoiProblem p, PrepareContext context) {
    long count = p.regions() * p.channels() * p.height() * p.width();
    return new ElementwiseProgram(count, 64, new Body(p));
  }

  private record Body(RoiProblem p) implements ElementwiseProgram.Body {

    @Override
    public void run(Arguments a, long from, long to) {
      for (long i = from; i < to; i++) {
        long bin = i % (p.height() * p.width());
        long plane = i / (p.height() * p.width());
        long channel = plane % p.channels();
        long region = plane / p.channels();
        boolean whole = p.mode() == RoiProblem.Mode.MAX_WHOLE;
        double y =
            whole
                ? wholePixels(a, region, channel, bin / p.width(), bin % p.width())
                : samples(a, region, channel, bin / p.width(), bin % p.width());
        Elements.setDouble(p.dtype(), a.outputValues(0), i, y);
      }
    }

    private long base(long image, long region, long channel) {
      if (image < 0 || image >= p.batch()) {
        throw new IllegalArgumentException(
            "region " + region + " names image " + image + " of " + p.batch());
      }
      return (image * p.channels() + channel) * p.inputHeight() * p.inputWidth();
    }

    private double samples(Arguments a, long region, long channel, long row, long column) {
      MemorySegment rois = a.inputValues(1);
      long base = base(a.inputValues(2).get(Elements.I64, region * 8), region, channel);
      double shift = p.halfPixel() ? 0.5 : 0;
      double x1 = corner(rois, region * 4) - shift;
      double y1 = corner(rois, region * 4 + 1) - shift;
      double width = corner(rois, region * 4 + 2) - shift - x1;
      double height = corner(rois, region * 4 + 3) - shift - y1;
      if (!p.halfPixel()) {
        width = Math.max(width, 1);
        height = Math.max(height, 1);
      }
      double binHeight = height / p.height();
      double binWidth = width / p.width();
      long down = p.sampling() > 0 ? p.sampling() : (long) Math.ceil(binHeight);
      long across = p.sampling() > 0 ? p.sampling() : (long) Math.ceil(binWidth);
      double sum = 0;
      double best = Double.NEGATIVE_INFINITY;
      for (long iy = 0; iy < down; iy++) {
        double y = y1 + row * binHeight + (iy + 0.5) * binHeight / down;
        for (long ix = 0; ix < across; ix++) {
          double x = x1 + column * binWidth + (ix + 0.5) * binWidth / across;
          sum += sample(a.inputValues(0), base, y, x, false);
          best = Math.max(best, sample(a.inputValues(0), base, y, x, true));
        }
      }
      if (p.mode() == RoiProblem.Mode.MAX) {
        return down * across == 0 ? 0 : best;
      }
      return sum / Math.max(1, down * across);
    }

    private double corner(MemorySegment rois, long index) {
      return Elements.getDouble(p.dtype(), rois, index) * p.spatialScale();
    }

    /** Linear interpolation; its largest term instead of the sum where {@code largest}. */
    private double sample(MemorySegment x, long base, double row, double column, boolean largest) {
      if (row < -1 || row > p.inputHeight() || column < -1 || column > p.inputWidth()) {
        return 0;
      }
      double y = Math.min(Math.max(row, 0), p.inputHeight() - 1.0);
      double z = Math.min(Math.max(column, 0), p.inputWidth() - 1.0);
      long top = (long) y;
      long left = (long) z;
      long bottom = Math.min(top + 1, p.inputHeight() - 1);
      long right = Math.min(left + 1, p.inputWidth() - 1);
      double dy = y - top;
      double dx = z - left;
      double a = (1 - dy) * (1 - dx) * pixel(x, base, top, left);
      double b = (1 - dy) * dx * pixel(x, base, top, right);
      double c = dy * (1 - dx) * pixel(x, base, bottom, left);
      double d = dy * dx * pixel(x, base, bottom, right);
      return largest ? Math.max(Math.max(a, b), Math.max(c, d)) : a + b + c + d;
    }

    private double pixel(MemorySegment x, long base, long row, long column) {
      return Elements.getDouble(p.dtype(), x, base + row * p.inputWidth() + column);
    }

    private double wholePixels(Arguments a, long region, long channel, long row, long column) {
      MemorySegment rois = a.inputValues(1);
      long image = (long) Elements.getDouble(p.dtype(), rois, region * 5);
      long base = base(image, region, channel);
      long left = Math.round(corner(rois, region * 5 + 1));
      long top = Math.round(corner(rois, region * 5 + 2));
      long width = Math.max(1, Math.round(corner(rois, region * 5 + 3)) - left + 1);
      long height = Math.max(1, Math.round(corner(rois, region * 5 + 4)) - top + 1);
      long y0 = clamp(top + Math.floorDiv(row * height, p.height()), p.inputHeight());
      long y1 = clamp(top + Math.ceilDiv((row + 1) * height, p.height()), p.inputHeight());
      long x0 = clamp(left + Math.floorDiv(column * width, p.width()), p.inputWidth());
      long x1 = clamp(left + Math.ceilDiv((column + 1) * width, p.width()), p.inputWidth());
      double best = y1 <= y0 || x1 <= x0 ? 0 : Double.NEGATIVE_INFINITY;
      for (long y = y0; y < y1; y++) {
        for (long x = x0; x < x1; x++) {
          best = Math.max(best, pixel(a.inputValues(0), base, y, x));
        }
      }
      return best;
    }

    private static long clamp(long value, long high) {
      return Math.min(Math.max(value, 0), high);
    }
  }
}
