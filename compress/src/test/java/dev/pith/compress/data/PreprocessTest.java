package dev.pith.compress.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessTest {

  /** 2 wide, 1 high: (10, 20, 30), (40, 50, 60). */
  private static final Pixels COLOUR = new Pixels(2, 1, 3, new byte[] {10, 20, 30, 40, 50, 60});

  private static float[] apply(String settings, Pixels image) {
    return Preprocess.parse(settings).apply(image).toFloats();
  }

  @Test
  void bytesAreTakenAsTheyAreByDefault() {
    assertArrayEquals(new float[] {10, 40, 20, 50, 30, 60}, apply("", COLOUR));
    assertArrayEquals(
        new float[] {200, 255}, apply("", new Pixels(2, 1, 1, new byte[] {(byte) 200, -1})));
  }

  @Test
  void layoutAndChannelsOrderTheValues() {
    assertArrayEquals(new float[] {10, 20, 30, 40, 50, 60}, apply("layout=nhwc", COLOUR));
    assertArrayEquals(
        new float[] {30, 20, 10, 60, 50, 40}, apply("layout=nhwc&channels=bgr", COLOUR));
    assertArrayEquals(new float[] {30, 60, 20, 50, 10, 40}, apply("channels=bgr", COLOUR));
    assertArrayEquals(new float[] {18.15f, 48.15f}, apply("channels=gray", COLOUR), 1e-4f);
    Pixels grey = new Pixels(1, 1, 1, new byte[] {9});
    assertArrayEquals(new float[] {9, 9, 9}, apply("channels=rgb", grey));
    assertEquals(Shape.of(1, 2, 3), Preprocess.parse("layout=nhwc").apply(COLOUR).shape());
    assertEquals(Shape.of(3, 1, 2), Preprocess.parse("").apply(COLOUR).shape());
  }

  @Test
  void scaleMeanAndDeviationFollowTheChannelsChosen() {
    float[] values = apply("scale=1/10&mean=1,2,3&std=2,4,0.5&channels=bgr", COLOUR);
    assertArrayEquals(new float[] {1, 2.5f, 0, 0.75f, -4, 2}, values, 1e-6f);
    assertArrayEquals(
        new float[] {10f / 255, 40f / 255},
        java.util.Arrays.copyOf(apply("scale=1/255", COLOUR), 2),
        1e-7f);
  }

  @Test
  void cropTakesTheCentre() {
    byte[] values = new byte[20];
    for (int i = 0; i < 20; i++) {
      values[i] = (byte) i;
    }
    Pixels grey = new Pixels(5, 4, 1, values);
    assertArrayEquals(new float[] {6, 7, 8, 11, 12, 13}, apply("crop=2x3", grey));
    assertArrayEquals(new float[] {6, 7, 11, 12}, apply("crop=2", grey));
    assertThrows(IllegalArgumentException.class, () -> apply("crop=5", grey));
  }

  @Test
  void resizeKeepsTheAspectAndAveragesWhenReducing() {
    Pixels wide = new Pixels(8, 4, 3, new byte[96]);
    assertEquals(Shape.of(3, 2, 4), Preprocess.parse("resize=2").apply(wide).shape());
    assertEquals(Shape.of(3, 6, 5), Preprocess.parse("resize=6x5").apply(wide).shape());
    byte[] stripes = new byte[64];
    for (int i = 0; i < 64; i += 2) {
      stripes[i] = 100;
    }
    for (float value : apply("resize=2", new Pixels(8, 8, 1, stripes))) {
      assertEquals(50, value, 4);
    }
    Pixels two = new Pixels(2, 1, 1, new byte[] {0, 100});
    assertArrayEquals(new float[] {0, 25, 75, 100}, apply("resize=1x4", two));
  }

  @Test
  void theTextFormSurvives() {
    String text = "channels=bgr&crop=224x200&layout=nhwc&mean=1.5,2.0,3.0&resize=256&scale=0.5";
    assertEquals(text, Preprocess.parse(text).toString());
    assertEquals("", Preprocess.NONE.toString());
    Preprocess third = Preprocess.parse("scale=1/3&std=0.1");
    assertEquals(third, Preprocess.parse(third.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scale",
        "scale=",
        "scale=x",
        "scale=1/0",
        "std=0",
        "std=0.2,nan",
        "mean=1,,2",
        "layout=chw",
        "channels=as_stored",
        "resize=0",
        "resize=-4",
        "resize=3x",
        "resize=99999999999",
        "crop=4xx4",
        "colour=1"
      })
  void badSettingsAreNamed(String settings) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Preprocess.parse(settings));
    String name = settings.replaceAll("=.*", "");
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @Test
  void theNumberOfMeansMustFitTheChannels() {
    assertThrows(IllegalArgumentException.class, () -> apply("mean=1,2", COLOUR));
  }
}
