package dev.pith.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * One source, one class for each vector width.
 *
 * <p>The compiler turns Vector API calls into instructions only where the species is a constant, so
 * a kernel's inner class keeps its species in a static final field. For the width the machine
 * prefers that class is used as it is. For any other width a {@link Target} asks for, the same
 * class file is defined once more as a hidden class whose class data is the width: its static final
 * field holds another species and everything else is the same code.
 *
 * <p>A class used this way implements an interface T, declares {@code static final
 * VectorSpecies<Float> F = VectorWidths.floats(MethodHandles.lookup())} and then {@code static
 * final T INSTANCE}, and has no inner classes that call back into it.
 *
 * <p>A class may be made for each value of a parameter in the same way (a function that its loop
 * applies): its static final field is then a constant to the compiler, and what the loop decides by
 * it costs nothing. Thread-safe.
 */
public final class VectorWidths {

  private record Key(Class<?> template, int bits, Object parameter) {}

  /** Class data of a class made for a width and maybe a parameter. */
  private record Variant(int bits, Object parameter) {}

  private static final Map<Key, Object> INSTANCES = new ConcurrentHashMap<>();

  private VectorWidths() {}

  /** The width in bits that the machine runs best. */
  public static int preferredBits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /** Species of floats for the class that owns {@code lookup}; for its static initializer. */
  public static VectorSpecies<Float> floats(MethodHandles.Lookup lookup) {
    Variant variant = variant(lookup);
    return variant == null
        ? FloatVector.SPECIES_PREFERRED
        : VectorSpecies.of(float.class, VectorShape.forBitSize(variant.bits));
  }

  /**
   * The parameter for which the class that owns {@code lookup} was made, or {@code otherwise} in
   * the class as it was compiled; for its static initializer.
   */
  public static <T> T parameter(MethodHandles.Lookup lookup, T otherwise) {
    Variant variant = variant(lookup);
    @SuppressWarnings("unchecked") // of() is given a parameter of the type the template asks for
    T parameter = variant == null ? otherwise : (T) variant.parameter;
    return parameter;
  }

  private static Variant variant(MethodHandles.Lookup lookup) {
    try {
      return MethodHandles.classData(lookup, "_", Variant.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(lookup + " may not read its own class data", e);
    }
  }

  /**
   * The shared instance of {@code template} for vectors of {@code bits} bits.
   *
   * @param lookup made by a class in the package of {@code template}
   * @param type interface that the template implements
   * @param bits 128, 256 or 512
   */
  public static <T> T of(
      MethodHandles.Lookup lookup, Class<T> type, Class<? extends T> template, int bits) {
    return of(lookup, type, template, bits, null);
  }

  /**
   * The shared instance of {@code template} for vectors of {@code bits} bits and a parameter.
   *
   * @param lookup made by a class in the package of {@code template}
   * @param type interface that the template implements
   * @param bits 128, 256 or 512
   * @param parameter what {@link #parameter} returns to the template; a value with equality, or
   *     {@code null}
   */
  public static <T> T of(
      MethodHandles.Lookup lookup,
      Class<T> type,
      Class<? extends T> template,
      int bits,
      Object parameter) {
    Object instance =
        INSTANCES.computeIfAbsent(
            new Key(template, bits, parameter),
            key -> create(lookup, type, template, new Variant(bits, parameter)));
    return type.cast(instance);
  }

  private static Object create(
      MethodHandles.Lookup lookup, Class<?> type, Class<?> template, Variant variant) {
    try {
      MethodHandles.Lookup owner = MethodHandles.privateLookupIn(template, lookup);
      if (variant.bits != preferredBits() || variant.parameter != null) {
        owner = owner.defineHiddenClassWithClassData(classFile(template), variant, true);
      }
      return owner.findStaticVarHandle(owner.lookupClass(), "INSTANCE", type).get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "cannot make " + template.getName() + " for vectors of " + variant.bits + " bits", e);
    }
  }

  private static byte[] classFile(Class<?> template) {
    String name = template.getName().substring(template.getPackageName().length() + 1) + ".class";
    try (InputStream in = template.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "class file " + name + " cannot be read; use vectors of " + preferredBits() + " bits");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("class file " + name + " cannot be read", e);
    }
  }
}
