package dev.pith.compress;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML document that knows its lines, for messages about what is wrong in it.
 *
 * @param value {@code Map<String, YamlTree>}, {@code List<YamlTree>}, or the scalar's text ({@code
 *     null} where there is none)
 * @param source name of the file, for messages
 * @param line line in the file, from 1
 */
public record YamlTree(Object value, String source, int line) {

  private static final int DEPTH = 32;

  /**
   * Parses one document.
   *
   * @throws IllegalArgumentException if it is not YAML
   */
  public static YamlTree parse(String text, String source) {
    try (JsonParser parser = new YAMLFactory().createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IllegalArgumentException(source + " is empty");
      }
      YamlTree tree = read(parser, source, 0);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            where(source, parser) + ": a second document begins; one is allowed");
      }
      return tree;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IllegalArgumentException(
          source
              + " line "
              + line
              + " is not YAML: "
              + e.getOriginalMessage().lines().findFirst().orElse("cannot be read"),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String where(String source, JsonParser parser) {
    return source + " line " + parser.currentTokenLocation().getLineNr();
  }

  private static YamlTree read(JsonParser parser, String source, int depth) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    if (depth > DEPTH) {
      throw new IllegalArgumentException(
          where(source, parser) + ": more than " + DEPTH + " levels of nesting");
    }
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, YamlTree> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        String where = where(source, parser);
        parser.nextToken();
        if (map.put(key, read(parser, source, depth + 1)) != null) {
          throw new IllegalArgumentException(where + ": " + key + " is given twice");
        }
      }
      return new YamlTree(map, source, line);
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<YamlTree> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(read(parser, source, depth + 1));
      }
      return new YamlTree(list, source, line);
    }
    boolean absent = parser.currentToken() == JsonToken.VALUE_NULL;
    return new YamlTree(absent ? null : parser.getText(), source, line);
  }

  /** An error about this place. */
  public IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(source + " line " + line + ": " + problem);
  }

  /** An error about this place with the exception that found it. */
  public IllegalArgumentException error(IllegalArgumentException cause) {
    return new IllegalArgumentException(
        source + " line " + line + ": " + cause.getMessage(), cause);
  }

  /** Whether this is a mapping. */
  public boolean isMap() {
    return value instanceof Map;
  }

  /** The mapping's entries. */
  @SuppressWarnings("unchecked") // maps are made by read only
  public Map<String, YamlTree> map(String what) {
    if (!isMap()) {
      throw error(what + " must be a mapping of keys to values");
    }
    return (Map<String, YamlTree>) value;
  }

  /** The list's items; anything else is a list of one. */
  @SuppressWarnings("unchecked") // lists are made by read only
  public List<YamlTree> items() {
    return value instanceof List ? (List<YamlTree>) value : List.of(this);
  }

  /** The scalar's text. */
  public String text(String what) {
    if (value instanceof String text) {
      return text;
    }
    throw error(what + " must be a single value");
  }

  /** The scalar as a number. */
  public double number(String what) {
    String text = text(what);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          source + " line " + line + ": " + what + " is " + text + ", not a number", e);
    }
  }

  /** The scalar as a whole number. */
  public long whole(String what) {
    String text = text(what);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          source + " line " + line + ": " + what + " is " + text + ", not a whole number", e);
    }
  }

  /** The scalar as true or false. */
  public boolean flag(String what) {
    String text = text(what);
    if (!text.equals("true") && !text.equals("false")) {
      throw error(what + " is " + text + "; write true or false");
    }
    return text.equals("true");
  }

  /** Maps, lists and texts without lines. */
  public Object plain() {
    if (value instanceof Map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map("").forEach((key, entry) -> plain.put(key, entry.plain()));
      return plain;
    } else if (value instanceof List) {
      return items().stream().map(YamlTree::plain).toList();
    }
    return value == null ? "" : value;
  }
}
