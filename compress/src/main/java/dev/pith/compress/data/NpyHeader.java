package dev.pith.compress.data;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dictionary at the start of an {@code .npy} file.
 *
 * @param dtype element type
 * @param bigEndian whether elements of more than a byte are stored most significant byte first
 * @param fortranOrder whether the first axis varies fastest
 * @param shape extents
 */
record NpyHeader(DType dtype, boolean bigEndian, boolean fortranOrder, Shape shape) {

  private static final int MAX_RANK = 32;
  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*(['\"])(descr|fortran_order|shape)\\1\\s*:\\s*"
              + "((['\"])[^'\"]*\\4|True|False|\\([\\d\\sL,]*\\))\\s*(,|$)");

  /**
   * Parses the dictionary as NumPy writes it.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static NpyHeader parse(String text) {
    String body = text.strip();
    if (!body.startsWith("{") || !body.endsWith("}")) {
      throw new IllegalArgumentException("its header is not a dictionary");
    }
    body = body.substring(1, body.length() - 1).strip();
    String descr = null;
    String order = null;
    String shape = null;
    Matcher matcher = ENTRY.matcher(body);
    int at = 0;
    while (at < body.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new IllegalArgumentException(
            "its header says \""
                + body.substring(at, Math.min(at + 60, body.length()))
                + "\", which is not a plain array of numbers");
      }
      switch (matcher.group(2)) {
        case "descr" -> descr = matcher.group(3);
        case "shape" -> shape = matcher.group(3);
        default -> order = matcher.group(3);
      }
      at = matcher.end();
    }
    if (descr == null || order == null || shape == null || !shape.startsWith("(")) {
      throw new IllegalArgumentException("its header lacks descr, fortran_order or shape");
    }
    String type = descr.replaceAll("['\"]", "");
    return new NpyHeader(dtype(type), type.startsWith(">"), order.equals("True"), shape(shape));
  }

  private static DType dtype(String descr) {
    String letter = descr.replaceFirst("^[<>|=]", "");
    return switch (letter) {
      case "f2" -> DType.F16;
      case "f4" -> DType.F32;
      case "f8" -> DType.F64;
      case "i1" -> DType.I8;
      case "u1" -> DType.U8;
      case "i2" -> DType.I16;
      case "u2" -> DType.U16;
      case "i4" -> DType.I32;
      case "u4" -> DType.U32;
      case "i8" -> DType.I64;
      case "u8" -> DType.U64;
      case "b1" -> DType.BOOL;
      default ->
          throw new IllegalArgumentException(
              "its elements are " + descr + "; floats, integers and booleans are known");
    };
  }

  /** The letters NumPy writes for a type. */
  static String descr(DType dtype) {
    return switch (dtype) {
      case F16 -> "<f2";
      case F32 -> "<f4";
      case F64 -> "<f8";
      case I8 -> "|i1";
      case U8 -> "|u1";
      case I16 -> "<i2";
      case U16 -> "<u2";
      case I32 -> "<i4";
      case U32 -> "<u4";
      case I64 -> "<i8";
      case U64 -> "<u8";
      case BOOL -> "|b1";
      case BF16, I4, U4 ->
          throw new IllegalArgumentException("NumPy has no element type for " + dtype);
    };
  }

  private static Shape shape(String text) {
    List<Long> dims = new ArrayList<>();
    for (String part : text.replaceAll("[()L\\s]", "").split(",", -1)) {
      if (!part.isEmpty()) {
        dims.add(extent(part));
      }
    }
    if (dims.size() > MAX_RANK) {
      throw new IllegalArgumentException("it has " + dims.size() + " axes; 32 is the limit");
    }
    try {
      return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("its shape " + text + " is too large", e);
    }
  }

  private static long extent(String part) {
    try {
      return Long.parseLong(part);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("its extent " + part + " is too large", e);
    }
  }

  /** The dictionary as NumPy writes it for a little-endian array in C order. */
  static String text(DType dtype, Shape shape) {
    StringBuilder dims = new StringBuilder("(");
    for (int i = 0; i < shape.rank(); i++) {
      dims.append(i > 0 ? ", " : "").append(shape.dim(i)).append(shape.rank() == 1 ? "," : "");
    }
    return "{'descr': '" + descr(dtype) + "', 'fortran_order': False, 'shape': " + dims + "), }";
  }
}
