package dev.pith.runtime.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.GoldenRun;
import dev.pith.runtime.Model;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of every released version stay readable and give the answers they were written with. */
class GoldenFileTest {

  static final Provenance PROVENANCE =
      new Provenance("pith", "quantize: int8\n", "0".repeat(64), 5, Map.of("top1", "0.5"));

  @TempDir Path folder;

  @Test
  void versionOne() throws IOException {
    Path path = folder.resolve("model.pith");
    try (InputStream in = getClass().getResourceAsStream("/golden/model-v1.pith")) {
      Files.copy(in, path);
    }
    try (Model model = Model.load(path)) {
      model.verify();
      assertEquals(PROVENANCE, model.provenance());
      ModelRoundTripTest.assertSame(SampleGraphs.everyLayout(), model.graph());
      assertTrue(model.decodedBytes() > 0);
      for (int bits : new int[] {0, -1}) {
        try (Session session = model.newSession(SessionOptions.defaults().withVectorBits(bits))) {
          assertEquals(List.of(), GoldenRun.check(model, session));
          Tensor x = GoldenVectors.input(2026, 0, DType.U8, model.golden().inputs().get(0));
          Tensor y = session.run(x).values().iterator().next();
          long distinct = Arrays.stream(y.toLongs()).distinct().count();
          assertTrue(distinct > 6, "the answers have only " + distinct + " values");
        }
      }
    }
  }
}
