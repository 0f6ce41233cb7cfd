package dev.pith.runtime.graph;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns operation records into named attributes and back, from their record components, so that a
 * new operation needs no code of its own to be stored.
 *
 * <p>Components may be {@code long}, {@code int}, {@code float}, {@code boolean}, {@code String},
 * an enum, a {@code List} of Long, Integer, Float or String, a {@link Graph}, or a nested record of
 * these. Attribute values are Long, Float, Boolean, String, List, Graph, or a nested Map.
 * Thread-safe.
 */
public final class OpCodec {

  private OpCodec() {}

  /** Attributes of {@code record} by name, in the order of its components. */
  public static Map<String, Object> attributes(Record record) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        attributes.put(component.getName(), encode(component.getAccessor().invoke(record)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component + " of " + record, e);
      }
    }
    return attributes;
  }

  private static Object encode(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case Enum<?> constant -> constant.name();
      case Graph graph -> graph;
      case Record nested -> attributes(nested);
      case List<?> list -> list.stream().map(OpCodec::encode).toList();
      case Long number -> number;
      case Float number -> number;
      case Boolean flag -> flag;
      case String text -> text;
      default ->
          throw new IllegalArgumentException("attribute value " + value + " has no stored form");
    };
  }

  /**
   * The record of class {@code type} with the given attributes.
   *
   * @throws IllegalArgumentException if an attribute is missing, unknown, of the wrong type, or
   *     refused by the record's constructor
   */
  public static <T extends Record> T decode(Class<T> type, Map<String, Object> attributes) {
    RecordComponent[] components = type.getRecordComponents();
    if (attributes.size() != components.length) {
      throw new IllegalArgumentException(
          type.getSimpleName()
              + " has "
              + components.length
              + " attributes; the stored form has "
              + attributes.keySet());
    }
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      if (!attributes.containsKey(name)) {
        throw new IllegalArgumentException(type.getSimpleName() + " needs attribute " + name);
      }
      types[i] = components[i].getType();
      values[i] = decode(types[i], components[i].getGenericType(), attributes.get(name), name);
    }
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          type.getSimpleName() + " refuses its attributes: " + e.getCause().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type, e);
    }
  }

  @SuppressWarnings("unchecked") // the casts are guarded by the component's type
  private static Object decode(Class<?> type, Type generic, Object value, String name) {
    if (type == long.class && value instanceof Long) {
      return value;
    } else if (type == int.class && value instanceof Long number) {
      return Math.toIntExact(number);
    } else if (type == float.class && value instanceof Float
        || type == boolean.class && value instanceof Boolean
        || type == String.class && value instanceof String
        || type == Graph.class && value instanceof Graph) {
      return value;
    } else if (type.isEnum() && value instanceof String text) {
      return enumConstant(type, text, name);
    } else if (type.isRecord() && value instanceof Map<?, ?> nested) {
      return decode((Class<? extends Record>) type, (Map<String, Object>) nested);
    } else if (type == List.class && value instanceof List<?> list) {
      Type element = ((ParameterizedType) generic).getActualTypeArguments()[0];
      Class<?> raw = element == Integer.class ? int.class : (Class<?>) element;
      raw = raw == Long.class ? long.class : raw == Float.class ? float.class : raw;
      List<Object> decoded = new ArrayList<>();
      for (Object item : list) {
        decoded.add(decode(raw, element, item, name));
      }
      return List.copyOf(decoded);
    }
    throw new IllegalArgumentException(
        "attribute " + name + " is " + value + "; a " + type.getSimpleName() + " is needed");
  }

  private static Object enumConstant(Class<?> type, String text, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "attribute " + name + " is " + text + ", which is no " + type.getSimpleName());
  }
}
