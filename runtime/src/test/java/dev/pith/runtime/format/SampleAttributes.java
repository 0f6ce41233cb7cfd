package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes up attributes for any operation from the types of its components. */
final class SampleAttributes {

  private SampleAttributes() {}

  /**
   * Attributes of {@code type}.
   *
   * @param depth how deep graphs are nested already
   */
  static Map<String, Object> of(Class<?> type, int depth) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      attributes.put(
          component.getName(), value(component.getType(), component.getGenericType(), depth));
    }
    return attributes;
  }

  private static Object value(Class<?> type, Type generic, int depth) {
    if (type == long.class || type == int.class || type == Long.class || type == Integer.class) {
      return 1L;
    } else if (type == float.class || type == Float.class) {
      return 0.25f;
    } else if (type == boolean.class) {
      return true;
    } else if (type == String.class) {
      return "é text";
    } else if (type.isEnum()) {
      return ((Enum<?>) type.getEnumConstants()[0]).name();
    } else if (type == Graph.class) {
      return nested(depth + 1);
    } else if (type.isRecord()) {
      return of(type, depth);
    } else if (type == List.class) {
      Class<?> element = (Class<?>) ((ParameterizedType) generic).getActualTypeArguments()[0];
      Object value = value(element, element, depth);
      return List.of(value, value);
    }
    throw new IllegalArgumentException("no sample of " + type);
  }

  private static Graph nested(int depth) {
    Graph graph =
        depth < 2
            ? ModelRoundTripTest.everyOperation(depth)
            : new Graph("leaf", List.of(), List.of(), List.of(), Map.of());
    return graph.withConstants(Map.of("inner", Tensor.of(new float[] {depth, 2}, 2)));
  }
}
