package dev.pith.kernels.search;

import dev.pith.kernels.Problem;

/**
 * Boxes to keep: for each image and class, boxes by falling score, none that overlaps one kept
 * before by more than a threshold (non-maximum suppression).
 *
 * <p>Inputs, F32: boxes [images, boxes, 4]; scores [images, classes, boxes]. Output, I64 [count,
 * 3]: image, class, box.
 *
 * @param images images
 * @param classes classes
 * @param boxes boxes of an image
 * @param centred whether a box is centre x, centre y, width, height, or two corners y, x
 * @param most boxes kept for each image and class
 * @param overlap intersection over union above which a box is dropped
 * @param least score that a kept box must exceed; NaN for none
 * @param count rows of the output, as {@link BoxSelection} counts them
 */
public record BoxProblem(
    long images,
    long classes,
    long boxes,
    boolean centred,
    long most,
    float overlap,
    float least,
    long count)
    implements Problem {

  @Override
  public long work() {
    return images * classes * boxes * boxes;
  }
}
