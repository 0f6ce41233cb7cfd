package dev.pith.runtime.format;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Ops;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes up attributes for any operation from the types of its components. */
final class SampleAttributes {

  /** Patterns of zeros and ones that are tried until the operation accepts its numbers. */
  private static final int PATTERNS = 16;

  private final int pattern;
  private final int depth;
  private int numbers;

  private SampleAttributes(int pattern, int depth) {
    this.pattern = pattern;
    this.depth = depth;
  }

  /**
   * An operation of class {@code type}.
   *
   * @param depth how deep graphs are nested already
   */
  static Op op(Class<? extends Record> type, int depth) {
    IllegalArgumentException refusal = null;
    for (int pattern = PATTERNS - 1; pattern >= 0; pattern--) {
      try {
        return Ops.parse(type.getSimpleName(), new SampleAttributes(pattern, depth).of(type));
      } catch (IllegalArgumentException e) {
        refusal = e;
      }
    }
    throw new IllegalArgumentException("no sample suits " + type, refusal);
  }

  private Map<String, Object> of(Class<?> type) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      attributes.put(component.getName(), value(component.getType(), component.getGenericType()));
    }
    return attributes;
  }

  private Object value(Class<?> type, Type generic) {
    if (type == long.class || type == int.class || type == Long.class || type == Integer.class) {
      return (long) (pattern >> numbers++ % 4 & 1);
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
      return of(type);
    } else if (type == List.class) {
      Class<?> element = (Class<?>) ((ParameterizedType) generic).getActualTypeArguments()[0];
      return List.of(value(element, element), value(element, element));
    }
    throw new IllegalStateException("no sample of " + type);
  }

  private static Graph nested(int depth) {
    Graph graph =
        depth < 2
            ? ModelRoundTripTest.everyOperation(depth)
            : new Graph("leaf", List.of(), List.of(), List.of(), Map.of());
    return graph.withConstants(Map.of("inner", Tensor.of(new float[] {depth, 2}, 2)));
  }
}
