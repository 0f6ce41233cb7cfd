package dev.pith.kernels.quads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.ConvCases;
import dev.pith.kernels.testing.Fuzz;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import dev.pith.kernels.x86.X86Isa;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Convolutions in quads, drawn at random; some also interpreted for other instruction sets. */
class QuadConvTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);
  private static final long INTERPRETED_WORK = 12_000;

  private static Requantize requantize(Fuzz fuzz) {
    int inputZero = fuzz.oneOf(0, 128, 255, fuzz.between(0, 255));
    int zero = fuzz.oneOf(0, 255, fuzz.between(0, 255));
    int low = fuzz.oneOf(0, zero);
    int high = fuzz.rarely(3) ? fuzz.between(low, 255) : 255;
    return new Requantize(DType.U8, inputZero, zero, low, high);
  }

  @Test
  void convolutionsGiveTheBytesOfTheReference(TestReporter reporter) {
    Set<String> ran = ConcurrentHashMap.newKeySet();
    Fuzz.cases(
        300,
        reporter,
        fuzz -> {
          ConvGeometry g = fuzz.geometry();
          Layout layout = g.isDepthwise() ? dev.pith.kernels.tensor.Dense.LAYOUT : fuzz.layout();
          boolean bias = !fuzz.rarely(4);
          QConvProblem conv = new QConvProblem(g, layout, bias, requantize(fuzz));
          Optional<QuadDemand> demand = QuadDemand.of(conv);
          if (demand.isEmpty()) {
            return;
          }
          Tensor weight = fuzz.weights(layout, DType.I8, fuzz.sparsity(), ConvCases.weightDims(g));
          RandomTensors random = new RandomTensors(fuzz.seed());
          List<Tensor> inputs =
              Arrays.asList(
                  random.bytes(DType.U8, g.inputShape().dims()),
                  weight,
                  random.scales(fuzz.oneOf(1e7, 0.2, 0.03, 0.003, 0.0003), g.outputChannels()),
                  bias ? random.ints(fuzz.oneOf(100, 50_000), g.outputChannels()) : null);
          ArrangedProblem problem = arranged(fuzz, demand.get(), conv);
          ran.addAll(ArrangedContract.check(problem, inputs));
          checkForms(problem, inputs);
          if (fuzz.rarely(4) && g.work() < INTERPRETED_WORK) {
            interpret(problem, inputs);
          }
        });
    if (X86Isa.supportsAvx2(KernelContract.machine()).isSupported()) {
      assertEquals(Set.of("x86_quad_conv", "x86_quad_depthwise_conv", "reference_arranged"), ran);
    }
  }

  @Test
  void convolutionsWithASumGiveTheBytesOfBoth(TestReporter reporter) {
    Set<String> ran = ConcurrentHashMap.newKeySet();
    Fuzz.cases(
        200,
        reporter,
        fuzz -> {
          ConvGeometry g = fuzz.geometry();
          Layout layout = g.isDepthwise() ? dev.pith.kernels.tensor.Dense.LAYOUT : fuzz.layout();
          boolean bias = !fuzz.rarely(4);
          QConvProblem conv = new QConvProblem(g, layout, bias, requantize(fuzz));
          QConvAddProblem both = new QConvAddProblem(conv, sum(fuzz, g, conv.requantize()));
          Optional<QuadDemand> demand = QuadDemand.of(both);
          if (demand.isEmpty()) {
            return;
          }
          Tensor weight = fuzz.weights(layout, DType.I8, fuzz.sparsity(), ConvCases.weightDims(g));
          RandomTensors random = new RandomTensors(fuzz.seed());
          List<Tensor> inputs =
              Arrays.asList(
                  random.bytes(DType.U8, g.inputShape().dims()),
                  random.bytes(DType.U8, g.outputShape().dims()),
                  weight,
                  random.scales(fuzz.oneOf(1e7, 0.2, 0.03, 0.003, 0.0003), g.outputChannels()),
                  bias ? random.ints(fuzz.oneOf(100, 50_000), g.outputChannels()) : null);
          int border = demand.get().border() + fuzz.oneOf(0, 0, 1);
          Quads out = new Quads(fuzz.oneOf(border, 0, 1, 2), fuzz.between(0, 255));
          Quads residual = new Quads(out.border(), fuzz.between(0, 255));
          ArrangedProblem problem =
              new ArrangedProblem(
                  both,
                  List.of(new Quads(border, conv.requantize().inputZeroPoint()), residual),
                  demand.get().shapes(),
                  out,
                  demand.get().output());
          ran.addAll(ArrangedContract.check(problem, inputs));
          checkForms(problem, inputs);
          if (fuzz.rarely(4) && g.work() < INTERPRETED_WORK) {
            interpret(problem, inputs);
          }
        });
    if (X86Isa.supportsAvx2(KernelContract.machine()).isSupported()) {
      assertEquals(Set.of("x86_quad_conv", "reference_arranged"), ran);
    }
  }

  private static QAddProblem sum(Fuzz fuzz, ConvGeometry g, Requantize conv) {
    int zero = fuzz.oneOf(0, fuzz.between(0, 255));
    int low = fuzz.oneOf(0, zero);
    return new QAddProblem(
        g.outputShape(),
        g.outputShape(),
        fuzz.oneOf(conv.zeroPoint(), fuzz.between(0, 255)),
        fuzz.oneOf(0.7f, 0.013f, 3f, 0.37123f, 400f, 1e9f),
        fuzz.between(0, 255),
        fuzz.oneOf(0.3f, 1f, 1.7f),
        zero,
        low,
        fuzz.oneOf(255, fuzz.between(low, 255)));
  }

  @Test
  void otherBordersAreRefused() {
    ConvGeometry g =
        new ConvGeometry(
            1,
            8,
            4,
            1,
            List.of(5L, 5L),
            List.of(1L, 1L),
            List.of(1L, 1L),
            List.of(1L, 1L),
            List.of(0L, 0L),
            List.of(0L, 0L));
    Requantize requantize = new Requantize(DType.U8, 3, 0, 0, 255);
    Shape shape = g.outputShape();
    QConvAddProblem both =
        new QConvAddProblem(
            new QConvProblem(g, dev.pith.kernels.tensor.Dense.LAYOUT, false, requantize),
            new QAddProblem(shape, shape, 0, 1, 0, 1, 0, 0, 255));
    List<Shape> shapes = QuadDemand.of(both).orElseThrow().shapes();
    Quads none = new Quads(0, 0);
    Quads one = new Quads(1, 0);
    Target target = KernelContract.cpu(0).withFeatures(features(X86Isa.AVX2));
    X86QuadConv kernel = new X86QuadConv(INTERPRETED);
    assertTrue(
        kernel
            .supports(new ArrangedProblem(both, List.of(one, none), shapes, none, shape), target)
            .isSupported());
    assertFalse(
        kernel
            .supports(new ArrangedProblem(both, List.of(none, one), shapes, none, shape), target)
            .isSupported());
  }

  /** Every form of AVX2, whichever would be chosen. */
  private static void checkForms(ArrangedProblem problem, List<Tensor> inputs) {
    Target machine = KernelContract.machine();
    for (QuadForm form : QuadForm.of(X86Isa.AVX2)) {
      X86QuadConv kernel = new X86QuadConv(GeneratedCalls.NATIVE, Set.of(form));
      if (X86Isa.best(machine) == X86Isa.AVX2 && kernel.supports(problem, machine).isSupported()) {
        ArrangedContract.check(kernel, problem, machine, inputs, Split.NONE);
      }
    }
  }

  private static ArrangedProblem arranged(Fuzz fuzz, QuadDemand demand, QConvProblem conv) {
    int border = demand.border() + fuzz.oneOf(0, 0, 1);
    Quads out = new Quads(fuzz.oneOf(border, 0, 1, 2), fuzz.between(0, 255));
    return new ArrangedProblem(
        conv,
        List.of(new Quads(border, conv.requantize().inputZeroPoint())),
        demand.shapes(),
        out,
        demand.output());
  }

  private static void interpret(ArrangedProblem problem, List<Tensor> inputs) {
    for (HostKernel<ArrangedProblem> kernel :
        List.of(new X86QuadConv(INTERPRETED), new X86QuadDepthwiseConv(INTERPRETED))) {
      for (X86Isa isa : X86Isa.values()) {
        Target target = KernelContract.cpu(0).withFeatures(features(isa));
        if (kernel.supports(problem, target).isSupported()) {
          ArrangedContract.check(kernel, problem, target, inputs, new Split(2, false));
        }
      }
    }
  }

  /** The features of a processor whose best code is for {@code isa}. */
  static Set<String> features(X86Isa isa) {
    return switch (isa) {
      case AVX512_VNNI -> Set.of("x86_code", "avx2", "avx512f", "avx512bw", "avx512_vnni");
      case AVX_VNNI -> Set.of("x86_code", "avx2", "avx_vnni");
      case AVX2 -> Set.of("x86_code", "avx2");
    };
  }
}
