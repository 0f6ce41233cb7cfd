package dev.pith.runtime.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Support;
import dev.pith.kernels.tensor.Quantization;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Output;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Operands;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Opens a device for a class of tests, which is skipped where there is none; runs device kernels
 * against the reference; and checks that the device leaves no object behind.
 */
public final class DeviceMachine implements ExecutionCondition, AfterAllCallback {

  private final Opener opener;
  private final LongSupplier live;
  private Path cache;
  private Device device;
  private long before;

  /** Opens the device that is tested. */
  @FunctionalInterface
  public interface Opener {
    /** The device, or an aborted test that says what is missing. */
    Device open(Path cache);
  }

  /**
   * A machine.
   *
   * @param opener opens the device, with the folder for its programs
   * @param live counts the driver's objects that are not released
   */
  public DeviceMachine(Opener opener, LongSupplier live) {
    this.opener = opener;
    this.live = live;
  }

  /** Opens the device; a class of tests without one counts as skipped. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (device != null) {
      return ConditionEvaluationResult.enabled("the device is open");
    }
    try {
      before = live.getAsLong();
      cache = Files.createTempDirectory("pith-device");
      device = opener.open(cache);
      return ConditionEvaluationResult.enabled("the device is open");
    } catch (TestAbortedException e) {
      return ConditionEvaluationResult.disabled(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (device != null) {
      device.close();
      assertEquals(before, live.getAsLong(), "objects of the driver were left");
    }
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** Folder of the device's programs. */
  public Path cache() {
    return cache;
  }

  /** Checks that every device kernel of the problem's family gives the reference's bytes. */
  public <P extends Problem> void checkSame(P problem, List<Tensor> inputs, List<Output> outputs) {
    checkClose(problem, inputs, outputs, 0, 0);
  }

  /**
   * Checks that every device kernel of the problem's family agrees with the reference within {@code
   * absolute + relative · |expected|}, and that at least one supports it. Runs twice: with all
   * inputs but the first as constants, and with all dense inputs given at run time.
   */
  public <P extends Problem> void checkClose(
      P problem, List<Tensor> inputs, List<Output> outputs, double relative, double absolute) {
    List<Tensor> expected =
        KernelContract.reference(KernelFamilies.of(problem), problem, inputs, outputs);
    int supporting = 0;
    LaunchSelector selector = (LaunchSelector) device.selector();
    for (Kernel<Problem> kernel : selector.of(KernelFamilies.of((Problem) problem))) {
      for (boolean constants : new boolean[] {true, false}) {
        if (!selector
            .refusal(kernel, problem, device.target(), operands(inputs, constants))
            .isEmpty()) {
          continue;
        }
        supporting++;
        List<Tensor> actual = run(kernel, problem, inputs, outputs, constants);
        for (int i = 0; i < expected.size(); i++) {
          String what = kernel.name() + ", " + problem;
          if (relative == 0 && absolute == 0) {
            KernelContract.assertSame(expected.get(i), actual.get(i), what);
          } else {
            KernelContract.assertClose(expected.get(i), actual.get(i), relative, absolute, what);
          }
        }
      }
    }
    assertTrue(supporting > 0, "no device kernel supports " + problem);
  }

  /** Why {@code kernel} refuses the problem on this device; empty if it does not. */
  public <P extends Problem> String refusal(DeviceKernel<P> kernel, P problem) {
    return kernel.supports(problem, device.target()) instanceof Support.Unsupported no
        ? no.reason()
        : "";
  }

  /**
   * Runs one kernel.
   *
   * @param constants whether all inputs but the first are constants
   */
  @SuppressWarnings("unchecked") // the plan holds the problem together with its kernel
  public <P extends Problem> List<Tensor> run(
      Kernel<P> kernel, P problem, List<Tensor> inputs, List<Output> outputs, boolean constants) {
    Plan plan = plan((Kernel<Problem>) kernel, problem, inputs, outputs, constants);
    List<Tensor> given = new ArrayList<>();
    plan.inputs().keySet().forEach(name -> given.add(inputs.get(number(name))));
    try (Executable executable = device.compile(plan)) {
      List<Tensor> first = executable.run(given);
      List<Tensor> second = executable.run(given);
      for (int i = 0; i < first.size(); i++) {
        KernelContract.assertSame(first.get(i), second.get(i), "second run of " + kernel.name());
      }
      return second;
    }
  }

  /** Whether an operand is one that graphs have as a constant only. */
  private static boolean isWeight(Tensor input) {
    return !input.isDense() || input.quantization() != Quantization.NONE;
  }

  /** The inputs that are constants, by place. */
  private static List<Tensor> known(List<Tensor> inputs, boolean constants) {
    List<Tensor> known = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      known.add(input != null && i > 0 && (constants || isWeight(input)) ? input : null);
    }
    return known;
  }

  private static Operands operands(List<Tensor> inputs, boolean constants) {
    return new Operands(known(inputs, constants), List.of(), List.of());
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }

  private Plan plan(
      Kernel<Problem> kernel,
      Problem problem,
      List<Tensor> inputs,
      List<Output> outputs,
      boolean constants) {
    Map<String, TensorType> types = new HashMap<>();
    Map<String, TensorType> given = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<Tensor> known = known(inputs, constants);
    List<TensorType> inputTypes = new ArrayList<>();
    List<MemoryPlan.Life> lives = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      String name = input == null ? "" : "x" + i;
      names.add(name);
      TensorType type = input == null ? null : new TensorType(input.dtype(), input.shape());
      inputTypes.add(type);
      if (input != null && known.get(i) == null) {
        given.put(name, type);
        types.put(name, type);
        lives.add(new MemoryPlan.Life(name, input.byteSize(), -1, 0));
      }
    }
    List<String> results = new ArrayList<>();
    List<TensorType> outputTypes = new ArrayList<>();
    for (Output output : outputs) {
      String name = "y" + results.size();
      TensorType type = new TensorType(output.dtype(), output.shape());
      results.add(name);
      outputTypes.add(type);
      types.put(name, type);
      long bytes = output.dtype().byteSize(output.shape().elementCount());
      lives.add(new MemoryPlan.Life(name, bytes, 0, 1));
    }
    Selection selection = new Selection(kernel, List.of(), "under test");
    Node node = new Node("node", new Identity(), names, results);
    Step step = new Step(node, problem, selection, known, inputTypes, outputTypes);
    MemoryPlan memory = MemoryPlan.of(lives, device.alignment());
    return new Plan(given, List.of(step), Map.of(), types, Map.of(), memory, results);
  }
}
