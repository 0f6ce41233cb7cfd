package dev.pith.compress.onnx;

import dev.pith.compress.onnx.OnnxCase.Outcome;
import dev.pith.compress.onnx.OnnxCase.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What became of each of ONNX's operator tests, by name. */
final class OnnxVerdicts {

  private final Map<String, Verdict> verdicts = new TreeMap<>();

  /** How a test is run. */
  @FunctionalInterface
  interface Runner {
    /** What became of {@code test}. */
    Verdict run(OnnxCase test) throws IOException;
  }

  /**
   * Runs the tests in {@code folder} whose names pass {@code filter}.
   *
   * @param runner runs one
   */
  static OnnxVerdicts of(Path folder, Predicate<String> filter, Runner runner) throws IOException {
    OnnxVerdicts all = new OnnxVerdicts();
    for (OnnxCase test : cases(folder)) {
      if (filter.test(test.name())) {
        all.verdicts.put(test.name(), runner.run(test));
      }
    }
    return all;
  }

  private static List<OnnxCase> cases(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().equals("model.onnx"))
          .map(file -> new OnnxCase(file.getParent()))
          .sorted(Comparator.comparing(OnnxCase::name))
          .toList();
    }
  }

  /** How many tests ended so. */
  long count(Outcome outcome) {
    return verdicts.values().stream().filter(v -> v.outcome() == outcome).count();
  }

  /** Prints why tests were refused, or with {@code whole} every test, and last the counts. */
  void report(boolean whole) {
    Map<String, List<String>> refusals = new TreeMap<>();
    verdicts.forEach(
        (name, verdict) -> {
          if (verdict.outcome() == Outcome.WRONG || whole) {
            System.out.println(verdict.outcome() + " " + name + " " + verdict.reason());
          } else if (verdict.outcome() == Outcome.REFUSED) {
            refusals.computeIfAbsent(reason(verdict), r -> new ArrayList<>()).add(name);
          }
        });
    refusals.forEach((reason, names) -> System.out.println(names.size() + " × " + reason));
    System.out.println(
        "passed "
            + count(Outcome.PASSED)
            + ", refused "
            + count(Outcome.REFUSED)
            + ", wrong "
            + count(Outcome.WRONG));
  }

  /** The refused operator and the reason, without the node's name, so that equal ones meet. */
  private static String reason(Verdict verdict) {
    String[] lines = verdict.reason().split("\n", 3);
    String line = lines.length > 1 ? lines[1].strip() : lines[0];
    return line.replaceAll(" \\(domain ai.onnx, opset \\d+\\), node [^:]*", "");
  }

  /** A line for each test: its name and what became of it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    verdicts.forEach(
        (name, verdict) ->
            lines.add(name + ' ' + verdict.outcome().name().toLowerCase(Locale.ROOT)));
    return lines;
  }

  /** The counts and {@link #lines}. */
  String golden() {
    StringBuilder text = new StringBuilder();
    for (Outcome outcome : Outcome.values()) {
      text.append(outcome.name().toLowerCase(Locale.ROOT))
          .append(' ')
          .append(count(outcome))
          .append('\n');
    }
    lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
