package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.onnx.OnnxCase.Outcome;
import dev.pith.compress.onnx.OnnxCase.Verdict;
import dev.pith.compress.pass.Pipeline;
import dev.pith.compress.testing.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
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
    OnnxVerdicts verdicts =
        OnnxVerdicts.of(tests, name -> name.contains(filter), OnnxOperatorTests::verdict);
    verdicts.report(!filter.isEmpty());
    assertEquals(0, verdicts.count(Outcome.WRONG), "tests gave a wrong answer");
    if (folder.isBlank() && filter.isEmpty()) {
      Golden.check("onnx-node-tests.txt", verdicts.golden());
    }
  }

  private Path unpacked() throws IOException {
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "neither pith.data nor pith.onnxTests is set");
    TarArchive.unpack(Path.of(data, "onnx-node-tests.tar.gz"), temporary);
    return temporary;
  }

  private static Verdict verdict(OnnxCase test) throws IOException {
    Verdict plain = test.run(OnnxCase.CPU, UnaryOperator.identity());
    return plain.outcome() == Outcome.PASSED
        ? test.run(OnnxCase.CPU, Pipeline.standard()::run)
        : plain;
  }
}
