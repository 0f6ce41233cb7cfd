package dev.pith.runtime.plan.tune;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Selection.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses the kernel of each step of one plan: the first of the device's list that supports the
 * problem, unless a kernel that gives the same bits is known or measured to be faster.
 *
 * <p>Only kernels of equal {@link KernelFamily#arithmetic} compete. Which arithmetic a step uses
 * therefore depends on the device and the problem alone, never on a measurement, and results can be
 * reproduced whatever was measured. Reference kernels compete with nobody. Not thread-safe.
 */
public final class KernelChooser implements Planner.KernelSelector {

  /** Problems with less work take microseconds with any kernel. */
  private static final long LEAST_WORK = 20_000;

  private final KernelList kernels;
  private final Target target;
  private final Tuning tuning;
  private final TrialMaker trials;
  private final TimingStore store;
  private final Timing timing;
  private TuningCache cache;

  /**
   * A chooser for one plan.
   *
   * @param kernels the device's kernels
   * @param target what kernels are asked about
   * @param tuning how much is done
   * @param trials makes kernels ready to be timed
   * @param store where winners are remembered
   */
  public KernelChooser(
      KernelList kernels, Target target, Tuning tuning, TrialMaker trials, TimingStore store) {
    this.kernels = kernels;
    this.target = target;
    this.tuning = tuning;
    this.trials = trials;
    this.store = store;
    this.timing = new Timing(System::nanoTime, tuning.budget().toNanos(), store.warm());
  }

  /** Kernels that could be chosen and what is said of all. */
  private record Field(List<Kernel<Problem>> rivals, List<Candidate> candidates) {}

  @Override
  public Selection select(Problem problem, Operands operands) {
    KernelFamily<Problem> family = KernelFamilies.of(problem);
    Field field = field(family, problem, operands);
    List<Kernel<Problem>> rivals = field.rivals();
    if (rivals.isEmpty()) {
      return Selection.none(field.candidates());
    }
    Kernel<Problem> preferred = rivals.get(0);
    if (!tuning.remembers() || rivals.size() == 1) {
      return new Selection(preferred, field.candidates(), "first that supports the problem");
    }
    if (problem.work() < LEAST_WORK) {
      return new Selection(preferred, field.candidates(), "too little work for a difference");
    }
    String key = key(problem, operands);
    List<Kernel<Problem>> doubted = tuning.isThorough() ? rivals : contested(rivals, problem);
    cache = cache == null ? store.open() : cache;
    TuningCache.Entry known = cache.get(key);
    if (known != null && covers(known, rivals, doubted)) {
      return selection(known, rivals, field.candidates(), "fastest when measured");
    }
    if (doubted.size() == 1 || !tuning.isThorough() && trials.warmsUp(preferred)) {
      return new Selection(preferred, field.candidates(), "first that supports the problem");
    }
    if (timing.isUsedUp()) {
      return new Selection(preferred, field.candidates(), "preferred; others were not measured");
    }
    TuningCache.Entry measured = measure(doubted, problem, operands, true);
    if (measured == null) {
      return new Selection(preferred, field.candidates(), "preferred; measuring gave no verdict");
    }
    cache.put(key, measured);
    return selection(measured, rivals, field.candidates(), "fastest measured");
  }

  @Override
  public long time(Problem problem, Operands operands) {
    Selection selection = select(problem, operands);
    if (!tuning.isThorough() || !selection.isFound()) {
      return -1;
    }
    if (selection.nanos() >= 0) {
      return selection.nanos();
    }
    String key = key(problem, operands);
    String name = selection.chosen().name();
    cache = cache == null ? store.open() : cache;
    TuningCache.Entry known = cache.get(key);
    if (known == null || !known.nanos().containsKey(name)) {
      @SuppressWarnings("unchecked") // it was chosen for this problem
      Kernel<Problem> chosen = (Kernel<Problem>) selection.chosen();
      known = timing.isUsedUp() ? null : measure(List.of(chosen), problem, operands, false);
      if (known == null) {
        return -1;
      }
      cache.put(key, known);
    }
    return known.nanos().get(name);
  }

  @Override
  public void finish() {
    if (cache != null) {
      cache.save();
    }
  }

  private Field field(KernelFamily<Problem> family, Problem problem, Operands operands) {
    List<Candidate> candidates = new ArrayList<>();
    List<Kernel<Problem>> rivals = new ArrayList<>();
    for (Kernel<Problem> kernel : kernels.of(family)) {
      String refusal = kernels.refusal(kernel, problem, target, operands);
      if (refusal.isEmpty()) {
        if (rivals.isEmpty()) {
          rivals.add(kernel);
        } else if (kernel == family.reference()) {
          refusal = "the reference, for problems that nothing else solves";
        } else if (sameBits(family, rivals.get(0), kernel, problem)) {
          rivals.add(kernel);
        } else {
          refusal = "sums in another order than " + rivals.get(0).name();
        }
      }
      candidates.add(new Candidate(kernel.name(), refusal, -1));
    }
    return new Field(rivals, candidates);
  }

  private static boolean sameBits(
      KernelFamily<Problem> family, Kernel<Problem> a, Kernel<Problem> b, Problem problem) {
    return family.arithmetic(a, problem).equals(family.arithmetic(b, problem));
  }

  /**
   * The first kernel, and those after it as long as each says that the next may be faster; but only
   * such as can be timed at once.
   */
  private List<Kernel<Problem>> contested(List<Kernel<Problem>> rivals, Problem problem) {
    List<Kernel<Problem>> doubted = new ArrayList<>();
    for (Kernel<Problem> kernel : rivals) {
      if (kernel == rivals.get(0) || !trials.warmsUp(kernel)) {
        doubted.add(kernel);
      }
      if (!kernel.isContested(problem, target)) {
        break;
      }
    }
    return doubted;
  }

  /** Whether what is known names kernels that exist, and all that are in doubt. */
  private static boolean covers(
      TuningCache.Entry known, List<Kernel<Problem>> rivals, List<Kernel<Problem>> doubted) {
    return doubted.stream().allMatch(kernel -> known.nanos().containsKey(kernel.name()))
        && rivals.stream().anyMatch(kernel -> kernel.name().equals(known.winner()));
  }

  private TuningCache.Entry measure(
      List<Kernel<Problem>> doubted, Problem problem, Operands operands, boolean keep) {
    long start = timing.now();
    List<Trial> prepared = new ArrayList<>();
    try {
      List<Timing.Contender> contenders = new ArrayList<>();
      for (Kernel<Problem> kernel : doubted) {
        prepared.add(trials.prepare(kernel, problem, operands));
        // Thoroughly: what surrounds generated code is compiled in time, too.
        String name = tuning.isThorough() ? kernel.name() : null;
        contenders.add(new Timing.Contender(prepared.getLast(), name, trials.warmsUp(kernel)));
      }
      timing.spend(start);
      Timing.Result result = timing.compare(contenders);
      if (result == null) {
        return null;
      }
      Map<String, Long> nanos = new TreeMap<>();
      for (int i = 0; i < doubted.size(); i++) {
        // A kernel that did not get warm is remembered, too: trying again would take as long.
        nanos.put(doubted.get(i).name(), result.nanos()[i]);
      }
      if (keep) {
        prepared.get(result.winner()).keep();
      }
      return new TuningCache.Entry(doubted.get(result.winner()).name(), nanos);
    } finally {
      prepared.forEach(Trial::close);
    }
  }

  private static Selection selection(
      TuningCache.Entry entry,
      List<Kernel<Problem>> rivals,
      List<Candidate> candidates,
      String reason) {
    Kernel<Problem> chosen =
        rivals.stream()
            .filter(kernel -> kernel.name().equals(entry.winner()))
            .findFirst()
            .orElseThrow();
    List<Candidate> timed =
        candidates.stream()
            .map(
                c ->
                    new Candidate(c.name(), c.refusal(), entry.nanos().getOrDefault(c.name(), -1L)))
            .toList();
    return new Selection(chosen, timed, reason);
  }

  /** The problem, and which part of each constant's dense bytes is stored. */
  private static String key(Problem problem, Operands operands) {
    StringBuilder key = new StringBuilder(problem.toString());
    List<Tensor> constants = operands.constants();
    for (int i = 0; i < constants.size(); i++) {
      Tensor constant = constants.get(i);
      if (constant != null && !constant.isDense()) {
        long dense = constant.dtype().byteSize(constant.shape().elementCount());
        double part = (double) constant.byteSize() / Math.max(1, dense);
        key.append(String.format(Locale.ROOT, " input %d at %.2f", i, part));
      }
    }
    return key.toString();
  }
}
