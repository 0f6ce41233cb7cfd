package dev.pith.runtime.plan.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.tune.FakeTrials.FakeKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelChooserTest {

  private static final Target TARGET = Target.plainCpu(2);
  private static final Operands NOTHING = new Operands(List.of(), List.of(), List.of());
  private static final Requantize REQUANTIZE = new Requantize(DType.U8, 0, 0, 0, 255);

  /** All kernels of its family give the same bits. */
  private static final Problem EXACT =
      new QLinearProblem(64, 64, 64, Dense.LAYOUT, false, REQUANTIZE);

  private static final Problem TINY = new QLinearProblem(1, 8, 8, Dense.LAYOUT, false, REQUANTIZE);

  /** Kernels of its family say what they do. */
  private static final Problem FLOATS =
      new LinearProblem(64, 64, 64, DType.F32, DType.F32, Dense.LAYOUT, Epilogue.NONE);

  @TempDir Path folder;

  private Selection choose(
      Problem problem, Tuning tuning, FakeTrials trials, FakeKernel... kernels) {
    List<Kernel<Problem>> list = List.of(kernels);
    KernelChooser chooser =
        new KernelChooser(
            family -> list, TARGET, tuning, trials, TimingStore.of(folder, "here", TARGET));
    Selection selection = chooser.select(problem, NOTHING);
    chooser.finish();
    assertEquals(0, trials.open, "trials are closed");
    return selection;
  }

  private static FakeTrials times() {
    return new FakeTrials().takes("a", 900).takes("b", 500).takes("c", 700);
  }

  private static FakeKernel[] abc() {
    return new FakeKernel[] {FakeKernel.of("a"), FakeKernel.of("b"), FakeKernel.of("c")};
  }

  private static FakeKernel sure(String name) {
    return new FakeKernel(name, "", name, true, false);
  }

  @Test
  void theFastestIsChosenAndKept() {
    FakeTrials trials = times();
    Selection selection = choose(EXACT, Tuning.QUICK, trials, abc());
    assertEquals("b", selection.chosen().name());
    assertEquals("fastest measured", selection.reason());
    assertEquals(List.of("b"), trials.kept);
    assertEquals(
        List.of(900L, 500L, 700L),
        selection.candidates().stream().map(Selection.Candidate::nanos).toList());
  }

  @Test
  void whatIsRememberedIsNotMeasuredAgain() {
    choose(EXACT, Tuning.QUICK, times(), abc());
    for (Tuning tuning : List.of(Tuning.QUICK, Tuning.CACHED, Tuning.MEASURED)) {
      FakeTrials later = times();
      Selection selection = choose(EXACT, tuning, later, abc());
      assertEquals("b", selection.chosen().name());
      assertEquals("fastest when measured", selection.reason());
      assertEquals(500, selection.candidates().get(1).nanos());
      assertEquals(List.of(), later.runs);
    }
    assertEquals("a", choose(EXACT, Tuning.OFF, times(), abc()).chosen().name());
  }

  @Test
  void aNewKernelIsMeasured() {
    choose(EXACT, Tuning.QUICK, times(), FakeKernel.of("a"), FakeKernel.of("c"));
    assertEquals("b", choose(EXACT, Tuning.QUICK, times(), abc()).chosen().name());
  }

  @Test
  void aWinnerThatIsGoneIsForgotten() {
    choose(EXACT, Tuning.QUICK, times(), abc());
    FakeTrials trials = times();
    Selection selection =
        choose(EXACT, Tuning.QUICK, trials, FakeKernel.of("a"), FakeKernel.of("c"));
    assertEquals("c", selection.chosen().name());
    assertFalse(trials.runs.isEmpty());
  }

  @Test
  void nothingIsMeasuredWithoutBudgetOrDoubtOrWork() {
    FakeTrials trials = times();
    assertEquals("a", choose(EXACT, Tuning.CACHED, trials, abc()).chosen().name());
    assertEquals("a", choose(TINY, Tuning.MEASURED, trials, abc()).chosen().name());
    Selection first = choose(EXACT, Tuning.QUICK, trials, sure("a"), FakeKernel.of("b"));
    assertEquals("a", first.chosen().name());
    Tuning none = new Tuning(true, Duration.ZERO, true);
    assertEquals("a", choose(EXACT, none, trials, abc()).chosen().name());
    assertEquals(List.of(), trials.runs);
  }

  @Test
  void doubtEndsAtTheFirstKernelThatIsSure() {
    FakeTrials trials = times();
    choose(EXACT, Tuning.QUICK, trials, FakeKernel.of("a"), sure("c"), FakeKernel.of("b"));
    assertEquals(Set.of("a", "c"), Set.copyOf(trials.runs));
    FakeTrials all = times();
    Selection thorough =
        choose(EXACT, Tuning.MEASURED, all, FakeKernel.of("a"), sure("c"), FakeKernel.of("b"));
    assertEquals("b", thorough.chosen().name());
  }

  @Test
  void whatMustWarmUpIsTimedOnlyWithTime() {
    FakeKernel cold = new FakeKernel("b", "", "b", false, true);
    FakeTrials trials = times();
    assertEquals(
        "c", choose(EXACT, Tuning.QUICK, trials, abc()[0], cold, abc()[2]).chosen().name());
    assertFalse(trials.runs.contains("b"));
    Tuning thorough = new Tuning(true, Duration.ofSeconds(2), true);
    assertEquals("b", choose(EXACT, thorough, times(), abc()[0], cold).chosen().name());
  }

  @Test
  void otherBitsAreNoAlternative() {
    FakeKernel same = new FakeKernel("c", "", "a", true, true);
    Selection selection =
        choose(FLOATS, Tuning.MEASURED, times(), FakeKernel.of("a"), FakeKernel.of("b"), same);
    assertEquals("c", selection.chosen().name());
    assertEquals("sums in another order than a", selection.candidates().get(1).refusal());
  }

  @Test
  void refusalsAreKept() {
    FakeKernel refusing = new FakeKernel("a", "too odd", "a", true, true);
    Selection selection = choose(EXACT, Tuning.QUICK, times(), refusing, FakeKernel.of("b"));
    assertEquals("b", selection.chosen().name());
    assertEquals("too odd", selection.candidates().get(0).refusal());
    assertFalse(choose(EXACT, Tuning.QUICK, times(), refusing).isFound());
  }

  @Test
  void damagedFilesAreMadeAnew() throws Exception {
    choose(EXACT, Tuning.QUICK, times(), abc());
    Path file;
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 41) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      Files.write(file, bad);
      assertEquals("a", choose(EXACT, Tuning.CACHED, times(), abc()).chosen().name());
      Files.write(file, java.util.Arrays.copyOf(good, i));
      assertEquals("a", choose(EXACT, Tuning.CACHED, times(), abc()).chosen().name());
    }
    Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 10, 0});
    assertEquals("b", choose(EXACT, Tuning.QUICK, times(), abc()).chosen().name());
    assertTrue(java.util.Arrays.equals(good, Files.readAllBytes(file)), "written anew");
  }

  @Test
  void noFolderIsNoObstacle() throws Exception {
    Path blocked = folder.resolve("file");
    Files.writeString(blocked, "in the way");
    KernelChooser chooser =
        new KernelChooser(
            family -> List.of(abc()),
            TARGET,
            Tuning.QUICK,
            times(),
            TimingStore.of(blocked.resolve("sub"), "here", TARGET));
    assertEquals("b", chooser.select(EXACT, NOTHING).chosen().name());
    chooser.finish();
    assertEquals("in the way", Files.readString(blocked));
  }

  @Test
  void whatOthersWroteSinceStays() {
    TimingStore store = TimingStore.of(folder, "here", TARGET);
    TuningCache first = store.open();
    TuningCache second = store.open();
    first.put("p", new TuningCache.Entry("a", java.util.Map.of("a", 1L, "b", 2L)));
    first.save();
    second.put("q", new TuningCache.Entry("b", java.util.Map.of("a", 3L, "b", 2L)));
    second.save();
    TuningCache both = store.open();
    assertEquals("a", both.get("p").winner());
    assertEquals(3L, both.get("q").nanos().get("a"));
  }
}
