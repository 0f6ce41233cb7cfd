package dev.pith.compress.data;

import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How an image of bytes becomes a model's input: resize, crop, choose channels, then {@code (pixel
 * · scale − mean) / std} for each channel, in the order of the channels chosen. Immutable.
 *
 * <p>Text form: {@code
 * scale=1/255&mean=0.49,0.48,0.45&layout=nchw&channels=bgr&resize=256&crop=224}; settings left out
 * keep their defaults, so the empty text means "bytes as they are, NCHW".
 *
 * @param scale factor of each byte; 1 by default
 * @param mean one value, or one for each channel; 0 by default
 * @param std one value, or one for each channel, none 0; 1 by default
 * @param layout order of the axes; NCHW by default
 * @param channels which channels; those of the image by default
 * @param resize new size of the short side, or exact height and width; none by default
 * @param crop height and width of the centre that is kept; none by default
 */
public record Preprocess(
    double scale,
    List<Double> mean,
    List<Double> std,
    Layout layout,
    Channels channels,
    Resize resize,
    Resize crop) {

  /** Bytes as they are, NCHW. */
  public static final Preprocess NONE =
      new Preprocess(1, List.of(0.0), List.of(1.0), Layout.NCHW, Channels.AS_STORED, null, null);

  /** The settings' names. */
  public static final Set<String> KEYS =
      Set.of("scale", "mean", "std", "layout", "channels", "resize", "crop");

  private static final int MAX_SIDE = 1 << 14;

  public Preprocess {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (!std.stream().allMatch(value -> Double.isFinite(value) && value != 0)) {
      throw new IllegalArgumentException("std is " + std + "; numbers other than 0 are needed");
    }
    if (!Double.isFinite(scale) || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("scale and mean must be finite numbers");
    }
  }

  /** Order of the axes of one sample. */
  public enum Layout {
    /** Channels, height, width. */
    NCHW,
    /** Height, width, channels. */
    NHWC
  }

  /** Which channels, in which order. */
  public enum Channels {
    /** As the image has them: grey, or red, green, blue. */
    AS_STORED,
    /** Red, green, blue; grey is repeated. */
    RGB,
    /** Blue, green, red; grey is repeated. */
    BGR,
    /** One: 0.299 red + 0.587 green + 0.114 blue. */
    GRAY
  }

  /**
   * A size in pixels.
   *
   * @param height rows; the short side where {@code width} is 0
   * @param width columns, or 0
   */
  public record Resize(int height, int width) {
    @Override
    public String toString() {
      return width == 0 ? "" + height : height + "x" + width;
    }
  }

  /**
   * Settings from their text form.
   *
   * @throws IllegalArgumentException if a setting is unknown or its value does not fit
   */
  public static Preprocess parse(String text) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "preprocess setting \"" + pair + "\" is not of the form name=value");
      }
      settings.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return of(settings);
  }

  /** Settings by name; the same errors as {@link #parse}. */
  static Preprocess of(Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!KEYS.contains(name)) {
        throw new IllegalArgumentException(
            "there is no setting " + name + "; there are " + String.join(", ", sorted(KEYS)));
      }
    }
    Resize crop = size("crop", settings.get("crop"));
    return new Preprocess(
        settings.containsKey("scale") ? number("scale", settings.get("scale")) : 1,
        numbers("mean", settings.getOrDefault("mean", "0")),
        numbers("std", settings.getOrDefault("std", "1")),
        choice("layout", Layout.class, settings.getOrDefault("layout", "nchw")),
        settings.containsKey("channels")
            ? choice("channels", Channels.class, settings.get("channels"))
            : Channels.AS_STORED,
        size("resize", settings.get("resize")),
        crop == null || crop.width() != 0 ? crop : new Resize(crop.height(), crop.height()));
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static double number(String name, String text) {
    try {
      int slash = text.indexOf('/');
      double value =
          slash < 0
              ? Double.parseDouble(text)
              : Double.parseDouble(text.substring(0, slash))
                  / Double.parseDouble(text.substring(slash + 1));
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(name + " is \"" + text + "\"; it must be finite");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          name + " is \"" + text + "\"; a number like 0.5 or 1/255 is needed", e);
    }
  }

  private static List<Double> numbers(String name, String text) {
    return Arrays.stream(text.split(",", -1)).map(part -> number(name, part)).toList();
  }

  private static <E extends Enum<E>> E choice(String name, Class<E> type, String text) {
    List<String> known = new ArrayList<>();
    for (E value : type.getEnumConstants()) {
      String spelling = value.name().toLowerCase(Locale.ROOT);
      if (spelling.equals(text) && value != Channels.AS_STORED) {
        return value;
      }
      if (value != Channels.AS_STORED) {
        known.add(spelling);
      }
    }
    throw new IllegalArgumentException(
        name + " is \"" + text + "\"; it can be " + String.join(", ", known));
  }

  private static Resize size(String name, String text) {
    if (text == null) {
      return null;
    }
    try {
      int times = text.indexOf('x');
      int height = Integer.parseInt(times < 0 ? text : text.substring(0, times));
      int width = times < 0 ? 0 : Integer.parseInt(text.substring(times + 1));
      if (height > 0 && height <= MAX_SIDE && width <= MAX_SIDE && (times < 0 || width > 0)) {
        return new Resize(height, width);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(sizeError(name, text), e);
    }
    throw new IllegalArgumentException(sizeError(name, text));
  }

  private static String sizeError(String name, String text) {
    return name + " is \"" + text + "\"; a size like 224 or 240x320 (height x width) is needed";
  }

  /** The shape of the sample made of {@code image}. */
  Shape shape(Pixels image) {
    Pixels sized = sized(image);
    int planes = channelsOf(image);
    return layout == Layout.NCHW
        ? Shape.of(planes, sized.height(), sized.width())
        : Shape.of(sized.height(), sized.width(), planes);
  }

  /**
   * The sample made of {@code image}.
   *
   * @throws IllegalArgumentException if the image is smaller than the crop, or the number of means
   *     or deviations is not that of the channels
   */
  public Tensor apply(Pixels image) {
    int planes = channelsOf(image);
    double[] means = perChannel("mean", mean, planes);
    double[] deviations = perChannel("std", std, planes);
    Pixels sized = sized(image);
    int area = sized.width() * sized.height();
    float[] out = new float[Math.multiplyExact(area, planes)];
    for (int p = 0; p < area; p++) {
      for (int c = 0; c < planes; c++) {
        double value = (channel(sized, p, c) * scale - means[c]) / deviations[c];
        out[layout == Layout.NCHW ? c * area + p : p * planes + c] = (float) value;
      }
    }
    return layout == Layout.NCHW
        ? Tensor.of(out, planes, sized.height(), sized.width())
        : Tensor.of(out, sized.height(), sized.width(), planes);
  }

  private Pixels sized(Pixels image) {
    Pixels sized = image;
    if (resize != null) {
      int shortSide = Math.min(image.width(), image.height());
      int height = resize.height();
      int width = resize.width();
      if (width == 0) {
        height = Math.max(1, (int) Math.round((double) image.height() * height / shortSide));
        width = Math.max(1, (int) Math.round((double) image.width() * resize.height() / shortSide));
      }
      sized = Resampling.resize(image, height, width);
    }
    return crop == null ? sized : Resampling.cropCentre(sized, crop.height(), crop.width());
  }

  private int channelsOf(Pixels image) {
    return switch (channels) {
      case AS_STORED -> image.channels();
      case RGB, BGR -> 3;
      case GRAY -> 1;
    };
  }

  private double channel(Pixels image, int pixel, int channel) {
    byte[] values = image.values();
    if (image.channels() == 1) {
      return values[pixel] & 255;
    }
    int first = pixel * 3;
    return switch (channels) {
      case AS_STORED, RGB -> values[first + channel] & 255;
      case BGR -> values[first + 2 - channel] & 255;
      case GRAY ->
          0.299 * (values[first] & 255)
              + 0.587 * (values[first + 1] & 255)
              + 0.114 * (values[first + 2] & 255);
    };
  }

  private static double[] perChannel(String name, List<Double> values, int planes) {
    if (values.size() != 1 && values.size() != planes) {
      throw new IllegalArgumentException(
          name + " has " + values.size() + " values; images have " + planes + " channels");
    }
    double[] all = new double[planes];
    for (int c = 0; c < planes; c++) {
      all[c] = values.get(values.size() == 1 ? 0 : c);
    }
    return all;
  }

  /** The text form, settings that differ from the defaults only, in alphabetical order. */
  @Override
  public String toString() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("scale", scale == 1 ? "" : "" + scale);
    settings.put("mean", mean.equals(NONE.mean) ? "" : join(mean));
    settings.put("std", std.equals(NONE.std) ? "" : join(std));
    settings.put("layout", layout == Layout.NCHW ? "" : "nhwc");
    settings.put(
        "channels", channels == Channels.AS_STORED ? "" : channels.name().toLowerCase(Locale.ROOT));
    settings.put("resize", resize == null ? "" : resize.toString());
    settings.put("crop", crop == null ? "" : crop.toString());
    List<String> pairs = new ArrayList<>();
    settings.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            pairs.add(name + "=" + value);
          }
        });
    return String.join("&", pairs);
  }

  private static String join(List<Double> values) {
    return String.join(",", values.stream().map(String::valueOf).toList());
  }
}
