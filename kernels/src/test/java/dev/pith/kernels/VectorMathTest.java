package dev.pith.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

class VectorMathTest {

  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1f,
    -1f,
    88.72284f,
    88.7f,
    -87.3f,
    -103.9f,
    -105f
  };

  /** Random numbers of every exponent, many of them of the size networks compute with. */
  private static float[] numbers() {
    Random random = new Random(11);
    float[] x = new float[1 << 15];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (i % 4) {
            case 0 -> Float.intBitsToFloat(random.nextInt());
            case 1 -> random.nextFloat(-110, 110);
            case 2 -> random.nextFloat(-8, 8);
            default -> random.nextFloat(-1.2f, 1.2f);
          };
    }
    System.arraycopy(SPECIAL, 0, x, 0, SPECIAL.length);
    return x;
  }

  private static float[] map(
      VectorSpecies<Float> species, float[] x, UnaryOperator<FloatVector> function) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i += species.length()) {
      function.apply(FloatVector.fromArray(species, x, i)).intoArray(y, i);
    }
    return y;
  }

  /** Checks errors in units in the last place, subnormal results by absolute error. */
  private static void check(
      String name, double ulps, UnaryOperator<FloatVector> function, DoubleUnaryOperator exact) {
    float[] x = numbers();
    float[] y = map(FloatVector.SPECIES_256, x, function);
    double worst = 0;
    float worstAt = 0;
    for (int i = 0; i < x.length; i++) {
      double e = exact.applyAsDouble(x[i]);
      if (Double.isNaN(e) || Math.abs(e) > Float.MAX_VALUE) {
        assertEquals((float) e, y[i], name + " of " + x[i]);
        continue;
      }
      double error = Math.abs(y[i] - e) / Math.ulp((float) e);
      if (error > worst) {
        worst = error;
        worstAt = x[i];
      }
    }
    assertTrue(
        worst <= ulps, name + " of " + worstAt + " is off by " + worst + " ulp, not " + ulps);
    assertArrayEquals(y, map(FloatVector.SPECIES_128, x, function), name + " at 128 bits");
    assertArrayEquals(y, map(FloatVector.SPECIES_512, x, function), name + " at 512 bits");
  }

  @Test
  void exponentialAndLogarithm() {
    check("exp", 1.5, VectorMath::exp, Math::exp);
    check("log", 2, VectorMath::log, Math::log);
  }

  @Test
  void sigmoidAndHyperbolicTangent() {
    check("sigmoid", 3, VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)));
    check("tanh", 3, VectorMath::tanh, Math::tanh);
  }

  @Test
  void errorFunctions() {
    check("erf", 3, VectorMath::erf, Erf::erf);
    check("erfc", 6, VectorMath::erfc, Erf::erfc);
  }

  @Test
  void everyActivationAgreesWithItsDefinition() {
    for (Activation activation :
        List.of(
            Activation.NONE,
            Activation.RELU,
            Activation.clip(-0.5f, 6),
            new Activation(Activation.Kind.LEAKY_RELU, 0.01f, 0),
            new Activation(Activation.Kind.SIGMOID, 0, 0),
            new Activation(Activation.Kind.TANH, 0, 0),
            new Activation(Activation.Kind.SILU, 0, 0),
            new Activation(Activation.Kind.HARD_SIGMOID, 0.2f, 0.5f),
            new Activation(Activation.Kind.HARD_SWISH, 0, 0),
            new Activation(Activation.Kind.GELU, 0, 0))) {
      float[] x = numbers();
      float[] y = map(FloatVector.SPECIES_256, x, v -> VectorMath.activate(activation, v));
      for (int i = 0; i < x.length; i++) {
        double e = activation.apply((double) x[i]);
        String what = activation + " of " + x[i] + " is " + y[i] + ", not " + e;
        boolean same = Double.isNaN(e) ? Float.isNaN(y[i]) : y[i] == (float) e;
        // Rounding of the argument's multiples is absolute where functions approach zero.
        assertTrue(same || Math.abs(y[i] - e) <= 1e-37 + 1e-6 * Math.abs(e) + 1.2e-7, what);
      }
    }
  }
}
