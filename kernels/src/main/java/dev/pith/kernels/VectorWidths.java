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
 * final T INSTANCE}, and has no inner classes that call back into it. Thread-safe.
 */
public final class VectorWidths {

  private record Key(Class<?> template, int bits) {}

  private static final Map<Key, Object> INSTANCES = new ConcurrentHashMap<>();

  private VectorWidths() {}

  /** The width in bits that the machine runs best. */
  public static int preferredBits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /** Species of floats for the class that owns {@code lookup}; for its static initializer. */
  public static VectorSpecies<Float> floats(MethodHandles.Lookup lookup) {
    try {
      Integer bits = MethodHandles.classData(lookup, "_", Integer.class);
      return bits == null
          ? FloatVector.SPECIES_PREFERRED
          : VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
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
    Object instance =
        INSTANCES.computeIfAbsent(
            new Key(template, bits), key -> create(lookup, type, template, bits));
    return type.cast(instance);
  }

  private static Object create(
      MethodHandles.Lookup lookup, Class<?> type, Class<?> template, int bits) {
    try {
      MethodHandles.Lookup owner = MethodHandles.privateLookupIn(template, lookup);
      if (bits != preferredBits()) {
        owner = owner.defineHiddenClassWithClassData(classFile(template), bits, true);
      }
      return owner.findStaticVarHandle(owner.lookupClass(), "INSTANCE", type).get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "cannot make " + template.getName() + " for vectors of " + bits + " bits", e);
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
