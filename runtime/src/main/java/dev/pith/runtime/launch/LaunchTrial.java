package dev.pith.runtime.launch;

import dev.pith.kernels.Kernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Elements;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Step;
import dev.pith.runtime.plan.tune.Trial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One kernel as a plan of one step, with its weights on the device for as long as it is timed. Runs
 * are repeated until they take longer than a wait for the device does.
 */
final class LaunchTrial implements Trial {

  private static final long LEAST_NANOS = 300_000;
  private static final int MOST_REPEATS = 64;

  private final ConstantStore store;
  private final LaunchExecutable executable;
  private final LaunchWorkspace workspace;
  private final List<Tensor> inputs = new ArrayList<>();
  private int repeats;
  private boolean isDisqualified;

  /** A trial on made-up inputs. */
  LaunchTrial(Kernel<Problem> kernel, Problem problem, Operands operands, Accelerator accelerator) {
    this(kernel, problem, operands, accelerator, null);
  }

  /** A trial on {@code given} inputs; {@code null} for made-up ones. */
  LaunchTrial(
      Kernel<Problem> kernel,
      Problem problem,
      Operands operands,
      Accelerator accelerator,
      List<Tensor> given) {
    this.store = new ConstantStore(accelerator);
    LaunchExecutable made = null;
    try {
      Plan plan = plan(kernel, problem, operands, accelerator.alignment());
      SplittableRandom random = new SplittableRandom(1);
      if (given == null) {
        plan.inputs().values().forEach(type -> inputs.add(filled(type, random)));
      } else {
        inputs.addAll(given);
      }
      made = new LaunchExecutable(plan, accelerator, store);
      this.workspace = LaunchWorkspace.of(made);
      this.executable = made;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  private static Plan plan(
      Kernel<Problem> kernel, Problem problem, Operands operands, long alignment) {
    Map<String, TensorType> given = new LinkedHashMap<>();
    Map<String, TensorType> types = new HashMap<>();
    List<MemoryPlan.Life> lives = new ArrayList<>();
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < operands.inputs().size(); i++) {
      TensorType type = operands.inputs().get(i);
      String name = type == null ? "" : "x" + i;
      inputs.add(name);
      if (type != null && operands.constants().get(i) == null) {
        given.put(name, type);
        types.put(name, type);
        lives.add(new MemoryPlan.Life(name, bytes(type), -1, 0));
      }
    }
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < operands.outputs().size(); i++) {
      TensorType type = operands.outputs().get(i);
      String name = type == null ? "" : "y" + i;
      outputs.add(name);
      if (type != null) {
        types.put(name, type);
        lives.add(new MemoryPlan.Life(name, bytes(type), 0, 1));
      }
    }
    Selection selection = new Selection(kernel, List.of(), "on trial");
    Node node = new Node("trial", new Identity(), inputs, outputs);
    Step step =
        new Step(
            node, problem, selection, operands.constants(), operands.inputs(), operands.outputs());
    return new Plan(
        given,
        List.of(step),
        Map.of(),
        types,
        Map.of(),
        MemoryPlan.of(lives, alignment),
        outputs.stream().filter(name -> !name.isEmpty()).toList());
  }

  private static long bytes(TensorType type) {
    return type.dtype().byteSize(type.shape().elementCount());
  }

  /** Floats from −1 to 1, any bytes for 8-bit types; indices and the like stay 0. */
  private static Tensor filled(TensorType type, SplittableRandom random) {
    Tensor tensor = Tensor.allocate(Arena.ofAuto(), type.dtype(), type.shape());
    long count = type.shape().elementCount();
    if (type.dtype() == DType.U8 || type.dtype() == DType.I8) {
      byte[] bytes = new byte[Math.toIntExact(count)];
      random.nextBytes(bytes);
      tensor.values().copyFrom(MemorySegment.ofArray(bytes));
    } else if (type.dtype().isFloat()) {
      for (long i = 0; i < count; i++) {
        Elements.setDouble(type.dtype(), tensor.values(), i, random.nextDouble(-1, 1));
      }
    }
    return tensor;
  }

  /** What the kernel computes of the inputs. */
  List<Tensor> results() {
    return workspace.run(inputs);
  }

  /** Runs the kernel once, copies left out, and waits for it; nanoseconds. */
  long once() {
    return workspace.time(1);
  }

  /** Bytes of the weights on the device. */
  long weightBytes() {
    return store.byteSize();
  }

  /** Issues the kernel's commands to a stream other than its own. */
  void enqueue(CommandStream stream) {
    workspace.enqueue(stream);
  }

  /** From now on the kernel looks slower than any other. */
  void disqualify() {
    isDisqualified = true;
  }

  @Override
  public long run() {
    if (isDisqualified) {
      return TimeUnit.HOURS.toNanos(1);
    }
    if (repeats == 0) {
      long once = workspace.time(1);
      repeats = Math.clamp(LEAST_NANOS / Math.max(1, once), 1, MOST_REPEATS);
    }
    return workspace.time(repeats) / repeats;
  }

  @Override
  public void keep() {
    // The plan uploads the weights again: trials end before memory for the plan is taken.
  }

  @Override
  public void close() {
    workspace.close();
    executable.close();
    store.close();
  }
}
