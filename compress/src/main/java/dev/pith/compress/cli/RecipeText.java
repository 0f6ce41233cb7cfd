package dev.pith.compress.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Writes settings as the YAML of a recipe; values are written as JSON, which YAML includes. */
final class RecipeText {

  private RecipeText() {}

  /** One line for each setting that is not {@code null} or empty. */
  static String of(Map<String, Object> settings) {
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder text = new StringBuilder();
    settings.forEach(
        (name, value) -> {
          if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
            text.append(name).append(": ").append(json(mapper, value)).append('\n');
          }
        });
    return text.isEmpty() ? "{}\n" : text.toString();
  }

  private static String json(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as YAML: " + value, e);
    }
  }
}
