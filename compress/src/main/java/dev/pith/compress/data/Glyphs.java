package dev.pith.compress.data;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Grey 28×28 images of the digits and the capital letters without I and O (which fonts draw like 1
 * and 0): 34 classes, drawn in a random font at random position, size, angle, slant and thickness,
 * light on dark with varying contrast, with a line across and noise.
 *
 * <p>Image {@code i} depends on the seed, the split, {@code i} and the fonts of the Java runtime
 * only, and is drawn when it is first asked for.
 */
final class Glyphs implements PixelSource {

  static final int SIDE = 28;

  /** So many images are kept once drawn; training asks for them again in each epoch. */
  private static final int KEPT = 1 << 16;

  private static final String CHARACTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  private static final List<String> NAMES =
      CHARACTERS.chars().mapToObj(Character::toString).toList();

  private final int size;
  private final long seed;
  private final AtomicReferenceArray<Pixels> drawn;
  private final GlyphShapes shapes = GlyphShapes.available(CHARACTERS);

  Glyphs(int size, long seed, Split split) {
    this.size = size;
    this.drawn = new AtomicReferenceArray<>(Math.min(size, KEPT));
    // An odd multiplier keeps seeds apart; the low bit tells the splits apart.
    this.seed = seed * 0x9E3779B97F4A7C15L << 1 | (split == Split.TRAIN ? 0 : 1);
  }

  private SplittableRandom random(int index) {
    SplittableRandom own = new SplittableRandom(seed + 0xD1342543DE82EF95L * (index + 1L));
    return new SplittableRandom(own.nextLong());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int index) {
    return random(index).nextInt(CHARACTERS.length());
  }

  @Override
  public List<String> classNames() {
    return NAMES;
  }

  @Override
  public Pixels pixels(int index) {
    if (index >= drawn.length()) {
      return draw(index);
    }
    Pixels kept = drawn.get(index);
    if (kept == null) {
      kept = draw(index);
      drawn.set(index, kept);
    }
    return kept;
  }

  private Pixels draw(int index) {
    SplittableRandom random = random(index);
    int label = random.nextInt(CHARACTERS.length());
    byte[] mask = draw(shapes.of(label, random.nextInt(shapes.variants())), random);
    double ink = random.nextDouble(140, 255);
    double paper = random.nextDouble(0, ink - 110);
    double noise = random.nextDouble(3, 16);
    byte[] values = new byte[SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      double level = paper + (ink - paper) * (mask[i] & 255) / 255;
      values[i] = (byte) Math.clamp(Math.round(level + noise * random.nextGaussian()), 0, 255);
    }
    return new Pixels(SIDE, SIDE, 1, values);
  }

  /** Coverage of each pixel by the glyph, 0 to 255. */
  private byte[] draw(Shape glyph, SplittableRandom random) {
    double height = random.nextDouble(14, 22);
    double stretch = random.nextDouble(0.8, 1.15);
    AffineTransform place = new AffineTransform();
    place.translate(SIDE / 2.0 + random.nextDouble(-3, 3), SIDE / 2.0 + random.nextDouble(-3, 3));
    place.rotate(random.nextDouble(-0.3, 0.3));
    place.shear(random.nextDouble(-0.15, 0.15), 0);
    place.scale(height * stretch, height);
    double thickness = shapes.stroke() * height + random.nextDouble(0, 1.4);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    Shape placed = place.createTransformedShape(glyph);
    if (shapes.stroke() == 0) {
      graphics.fill(placed);
    }
    graphics.setStroke(
        new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(placed);
    graphics.setColor(random.nextInt(2) == 0 ? Color.WHITE : Color.BLACK);
    graphics.setStroke(new BasicStroke(1));
    graphics.drawLine(
        random.nextInt(SIDE), random.nextInt(SIDE), random.nextInt(SIDE), random.nextInt(SIDE));
    graphics.dispose();
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }
}
