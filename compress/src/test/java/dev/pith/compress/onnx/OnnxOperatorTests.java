package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.onnx.OnnxCase.Outcome;
import dev.pith.compress.onnx.OnnxCase.Verdict;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX's operator tests: every folder of {@code onnx-node-tests.tar.gz} in {@code pith.data}, or of
 * the folder {@code pith.onnxTests}; {@code pith.onnxFilter} keeps those whose names contain a text
 * and prints the whole reasons.
 *
 * <p>Each model runs as it was imported and again after all passes; both must give the expected
 * outputs. Prints why tests were refused, by operator, and last {@code passed N, refused N, wrong
 * N}.
 */
class OnnxOperatorTests {

  @TempDir Path temporary;

  @Test
  void everyOperatorIsRightOrRefused() throws IOException {
    String folder = System.getProperty("pith.onnxTests", "");
    String filter = System.getProperty("pith.onnxFilter", "");
    Path tests = folder.isBlank() ? unpacked() : Path.of(folder);
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (OnnxCase test : cases(tests)) {
      if (test.name().contains(filter)) {
        verdicts.put(test.name(), verdict(test));
      }
    }
    report(verdicts, !filter.isEmpty());
    assertEquals(0, count(verdicts, Outcome.WRONG), "tests gave a wrong answer");
    if (folder.isBlank() && filter.isEmpty()) {
      Golden.check("onnx-node-tests.txt", golden(verdicts));
    }
  }

  private Path unpacked() throws IOException {
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "neither pith.data nor pith.onnxTests is set");
    TarArchive.unpack(Path.of(data, "onnx-node-tests.tar.gz"), temporary);
    return temporary;
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

  private static Verdict verdict(OnnxCase test) throws IOException {
    Verdict plain = test.run(UnaryOperator.identity());
    return plain.outcome() == Outcome.PASSED ? test.run(Pipeline.standard()::run) : plain;
  }

  private static long count(Map<String, Verdict> verdicts, Outcome outcome) {
    return verdicts.values().stream().filter(v -> v.outcome() == outcome).count();
  }

  private static void report(Map<String, Verdict> verdicts, boolean whole) {
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
            + count(verdicts, Outcome.PASSED)
            + ", refused "
            + count(verdicts, Outcome.REFUSED)
            + ", wrong "
            + count(verdicts, Outcome.WRONG));
  }

  /** The refused operator and the reason, without the node's name, so that equal ones meet. */
  private static String reason(Verdict verdict) {
    String[] lines = verdict.reason().split("\n", 3);
    String line = lines.length > 1 ? lines[1].strip() : lines[0];
    return line.replaceAll(" \\(domain ai.onnx, opset \\d+\\), node [^:]*", "");
  }

  private static String golden(Map<String, Verdict> verdicts) {
    StringBuilder text = new StringBuilder();
    for (Outcome outcome : Outcome.values()) {
      text.append(outcome.name().toLowerCase(java.util.Locale.ROOT))
          .append(' ')
          .append(count(verdicts, outcome))
          .append('\n');
    }
    verdicts.forEach(
        (name, verdict) ->
            text.append(name)
                .append(' ')
                .append(verdict.outcome().name().toLowerCase(java.util.Locale.ROOT))
                .append('\n'));
    return text.toString();
  }
}
