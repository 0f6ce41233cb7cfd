package dev.pith.compress.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.compress.onnx.OnnxCase.Outcome;
import dev.pith.compress.testing.Golden;
import dev.pith.runtime.Backends;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.Backend.Availability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX's operator tests on the first OpenCL device, each model as it was imported: none is wrong,
 * and (on a CPU device, which has fp64) just those are refused that the CPU refuses too. Since a
 * device compiles a program for every few of them, the test takes a part of them, always the same;
 * {@code pith.onnxFilter} instead takes those whose names contain a text, {@code test_} all.
 */
@Tag("opencl")
class OpenClOperatorsTest {

  /** One of so many tests is taken. */
  private static final int PART = 10;

  @TempDir Path temporary;

  @Test
  void everyOperatorIsRightOrRefused() throws IOException {
    Availability found =
        Backends.ALL.stream()
            .filter(backend -> backend.name().equals("opencl"))
            .findFirst()
            .orElseThrow()
            .availability();
    assumeTrue(found.isAvailable(), found.detail());
    String data = System.getProperty("pith.data", "");
    assumeTrue(!data.isBlank(), "pith.data is not set");
    TarArchive.unpack(Path.of(data, "onnx-node-tests.tar.gz"), temporary);
    SessionOptions options = OnnxCase.CPU.withDevice("opencl");
    String filter = System.getProperty("pith.onnxFilter", "");
    OnnxVerdicts verdicts =
        OnnxVerdicts.of(
            temporary,
            name -> filter.isEmpty() ? name.hashCode() % PART == 0 : name.contains(filter),
            test -> test.run(options, UnaryOperator.identity()));
    verdicts.report(/* whole= */ false);
    assertEquals(0, verdicts.count(Outcome.WRONG), "tests gave a wrong answer");
    if (!found.detail().contains("GPU")) {
      Set<String> onCpu = Set.copyOf(Golden.read("onnx-node-tests.txt").lines().toList());
      verdicts
          .lines()
          .forEach(line -> assertTrue(onCpu.contains(line), line + ", not so on a CPU"));
    }
  }
}
