package dev.pith.compress.data;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Outlines of characters, centred on the origin, 1 high. They come from the Java runtime's logical
 * fonts (sans serif, serif, monospaced; plain, bold, italic), which every runtime maps to what is
 * installed. Where no font is installed at all, as in a bare container, they are lines drawn by
 * {@link StrokeLetters}.
 */
final class GlyphShapes {

  private static final System.Logger LOGGER = System.getLogger("dev.pith.compress.data");
  private static final float SIZE = 128;
  private static final List<String> FAMILIES =
      List.of(Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED);
  private static final List<Integer> STYLES =
      List.of(Font.PLAIN, Font.BOLD, Font.ITALIC, Font.BOLD | Font.ITALIC);

  private final List<List<Shape>> variants;
  private final double stroke;

  private GlyphShapes(List<List<Shape>> variants, double stroke) {
    this.variants = variants;
    this.stroke = stroke;
  }

  /** The runtime's fonts, or lines where it has none. */
  static GlyphShapes available(String characters) {
    List<List<Shape>> fonts = new ArrayList<>();
    try {
      for (String family : FAMILIES) {
        for (int style : STYLES) {
          Font font = new Font(family, style, 1).deriveFont(SIZE);
          if (font.canDisplayUpTo(characters) < 0) {
            fonts.add(characters.chars().mapToObj(c -> outline(font, (char) c)).toList());
          }
        }
      }
    } catch (RuntimeException | LinkageError | InternalError e) {
      // NOTE: without fontconfig or any font, the JDK fails in one of these ways, by platform.
      LOGGER.log(Level.WARNING, "no fonts here ({0}); glyphs are drawn as lines", e.getMessage());
      fonts.clear();
    }
    return fonts.isEmpty() ? lines(characters) : new GlyphShapes(List.copyOf(fonts), 0);
  }

  /** Characters drawn as lines. */
  static GlyphShapes lines(String characters) {
    List<Shape> shapes =
        characters.chars().mapToObj(c -> normal(StrokeLetters.path((char) c))).toList();
    return new GlyphShapes(List.of(shapes), 0.06);
  }

  private static Shape outline(Font font, char character) {
    FontRenderContext context = new FontRenderContext(null, true, true);
    return normal(font.createGlyphVector(context, new char[] {character}).getOutline());
  }

  private static Shape normal(Shape shape) {
    Rectangle2D bounds = shape.getBounds2D();
    AffineTransform normal =
        AffineTransform.getScaleInstance(1 / bounds.getHeight(), 1 / bounds.getHeight());
    normal.translate(-bounds.getCenterX(), -bounds.getCenterY());
    return new Path2D.Double(shape, normal);
  }

  /** How many shapes each character has. */
  int variants() {
    return variants.size();
  }

  /** Shape {@code variant} of character {@code index}. */
  Shape of(int index, int variant) {
    return variants.get(variant).get(index);
  }

  /** Width of the lines relative to the height; 0 where shapes are outlines to be filled. */
  double stroke() {
    return stroke;
  }
}
