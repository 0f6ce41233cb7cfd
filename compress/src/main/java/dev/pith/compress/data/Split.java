package dev.pith.compress.data;

import java.util.Locale;

/** Which part of a data set. */
public enum Split {
  /** For training and calibration. */
  TRAIN,
  /** For measuring. */
  TEST;

  /** {@code train} or {@code test}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
