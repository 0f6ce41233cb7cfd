package dev.pith.bench.reproduce;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * The numbers in the README's tables and how to measure each again. {@code published.json} beside
 * this class is where they are kept; a test compares the README with it. Immutable.
 *
 * @param networks the networks in columns, by the columns' titles
 * @param tables the tables, in the README's order
 */
public record Published(Map<String, Network> networks, List<Table> tables) {

  private static final String FILE = "published.json";

  public Published {
    networks = Map.copyOf(networks);
    tables = List.copyOf(tables);
  }

  /**
   * A network and how its inputs are made.
   *
   * @param file path in the folder of real data
   * @param preprocess settings of the data set
   * @param photos classes of the images in {@code photos/} that it is measured on; empty where that
   *     is CIFAR-10
   */
  public record Network(String file, String preprocess, Map<String, Integer> photos) {
    public Network {
      photos = photos == null ? Map.of() : Map.copyOf(photos);
    }
  }

  /**
   * A table.
   *
   * @param name {@code demo}, {@code compression} or {@code choices}
   * @param limit test images; 0 for all
   * @param columns titles of all columns but the first
   * @param rows in order
   */
  public record Table(String name, int limit, List<String> columns, List<Row> rows) {
    public Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /**
   * A row.
   *
   * @param name its title
   * @param cells what is published, as it stands in the README
   * @param variants what to measure: arguments of {@code pith compress}, or a name of the demo's
   */
  public record Row(String name, List<String> cells, List<String> variants) {
    public Row {
      cells = List.copyOf(cells);
      variants = List.copyOf(variants);
    }
  }

  /** Reads the published numbers. */
  public static Published load() throws IOException {
    try (InputStream in = Published.class.getResourceAsStream(FILE)) {
      return new ObjectMapper().readValue(in, Published.class);
    }
  }
}
