package dev.pith.runtime.opencl;

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
import dev.pith.runtime.device.Executable;
import dev.pith.runtime.graph.Node;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ops.Identity;
import dev.pith.runtime.plan.MemoryPlan;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Selection;
import dev.pith.runtime.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Opens the first OpenCL device for a class of tests, which is skipped where there is none; runs
 * device kernels against the reference; and checks that the device leaves no object behind.
 */
final class OpenClMachine implements BeforeAllCallback, AfterAllCallback {

  private Path cache;
  private OpenClDevice device;
  private long before;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    OpenClPlatforms platforms = OpenClPlatforms.find();
    Assumptions.assumeFalse(platforms.devices().isEmpty(), platforms.missing());
    before = OpenCl.live();
    cache = Files.createTempDirectory("pith-opencl");
    device = new OpenClDevice(platforms.devices().get(0), cache, false);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (device == null) {
      return;
    }
    device.close();
    assertEquals(before, OpenCl.live(), "OpenCL objects were left");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  OpenClDevice device() {
    return device;
  }

  /** Folder of the device's programs. */
  Path cache() {
    return cache;
  }

  /** Checks that every device kernel of the problem's family gives the reference's bytes. */
  <P extends Problem> void checkSame(P problem, List<Tensor> inputs, List<Output> outputs) {
    checkClose(problem, inputs, outputs, 0, 0);
  }

  /**
   * Checks that every device kernel of the problem's family agrees with the reference within {@code
   * absolute + relative · |expected|}, and that at least one supports it. Runs twice: with all
   * inputs but the first as constants, and with all dense inputs given at run time.
   */
  <P extends Problem> void checkClose(
      P problem, List<Tensor> inputs, List<Output> outputs, double relative, double absolute) {
    List<Tensor> expected =
        KernelContract.reference(KernelFamilies.of(problem), problem, inputs, outputs);
    int supporting = 0;
    for (Kernel<P> kernel : KernelFamilies.of(problem).kernels()) {
      if (!(kernel instanceof DeviceKernel<P> able)
          || !able.supports(problem, device.target()).isSupported()) {
        continue;
      }
      supporting++;
      for (boolean constants : new boolean[] {true, false}) {
        List<Tensor> actual = run(able, problem, inputs, outputs, constants);
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
  <P extends Problem> String refusal(DeviceKernel<P> kernel, P problem) {
    return kernel.supports(problem, device.target()) instanceof Support.Unsupported no
        ? no.reason()
        : "";
  }

  <P extends Problem> List<Tensor> run(
      DeviceKernel<P> kernel,
      P problem,
      List<Tensor> inputs,
      List<Output> outputs,
      boolean constants) {
    Plan plan = plan(kernel, problem, inputs, outputs, constants);
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

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }

  private <P extends Problem> Plan plan(
      DeviceKernel<P> kernel,
      P problem,
      List<Tensor> inputs,
      List<Output> outputs,
      boolean constants) {
    Map<String, TensorType> types = new HashMap<>();
    Map<String, TensorType> given = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<Tensor> known = new ArrayList<>();
    List<TensorType> inputTypes = new ArrayList<>();
    List<MemoryPlan.Life> lives = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      String name = input == null ? "" : "x" + i;
      names.add(name);
      TensorType type = input == null ? null : new TensorType(input.dtype(), input.shape());
      inputTypes.add(type);
      boolean constant = input != null && i > 0 && (constants || isWeight(input));
      known.add(constant ? input : null);
      if (input != null && !constant) {
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
