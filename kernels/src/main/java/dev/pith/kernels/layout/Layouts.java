package dev.pith.kernels.layout;

import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The one list of layouts; to add a layout, write its record and add its lines. */
public final class Layouts {

  /**
   * Every layout with the parameters in use. Codebooks stand here over one pattern of each kind;
   * they can be laid over every other layout.
   */
  public static final List<Layout> ALL =
      List.of(
          Dense.LAYOUT,
          new CsrLayout(),
          new BitmaskLayout(),
          new DeltaLayout(4),
          new DeltaLayout(8),
          new BlockLayout(1, 4),
          new BlockLayout(2, 4),
          new BlockLayout(4, 4),
          new BlockLayout(16, 4),
          new NmLayout(2, 4),
          new NmLayout(1, 4),
          new NmLayout(4, 8),
          new CodebookLayout(4, Dense.LAYOUT),
          new CodebookLayout(5, new DeltaLayout(4)),
          new CodebookLayout(6, new BitmaskLayout()),
          new CodebookLayout(8, new BlockLayout(2, 4)),
          new CodebookLayout(2, new NmLayout(2, 4)));

  private record Parser(int parameters, Function<List<Integer>, Layout> make) {}

  private static final Map<Integer, Parser> BY_ID =
      Map.of(
          0, new Parser(0, p -> Dense.LAYOUT),
          1, new Parser(0, p -> new CsrLayout()),
          2, new Parser(0, p -> new BitmaskLayout()),
          3, new Parser(1, p -> new DeltaLayout(p.get(0))),
          4, new Parser(2, p -> new BlockLayout(p.get(0), p.get(1))),
          5, new Parser(2, p -> new NmLayout(p.get(0), p.get(1))),
          6, new Parser(-1, Layouts::codebook));

  private Layouts() {}

  /**
   * The layout stored as {@code id} with {@code parameters}.
   *
   * @throws IllegalArgumentException if there is none, or it refuses the parameters
   */
  public static Layout parse(int id, List<Integer> parameters) {
    Parser parser = BY_ID.get(id);
    if (parser == null) {
      throw new IllegalArgumentException("no layout has id " + id);
    }
    if (parser.parameters() >= 0 && parameters.size() != parser.parameters()) {
      throw new IllegalArgumentException(
          "layout " + id + " has " + parser.parameters() + " parameters, not " + parameters);
    }
    return parser.make().apply(parameters);
  }

  /**
   * The layout of {@link #ALL} with the given name, such as {@code block2x4}.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Layout named(String name) {
    for (Layout layout : ALL) {
      if (layout.name().equals(name)) {
        return layout;
      }
    }
    throw new IllegalArgumentException(
        "no layout is named " + name + "; there are " + ALL.stream().map(Layout::name).toList());
  }

  private static Layout codebook(List<Integer> parameters) {
    if (parameters.size() < 2 || parameters.get(1) == 6) {
      throw new IllegalArgumentException(
          "layout 6 has bits and another layout as parameters, not " + parameters);
    }
    return new CodebookLayout(
        parameters.get(0), parse(parameters.get(1), parameters.subList(2, parameters.size())));
  }
}
