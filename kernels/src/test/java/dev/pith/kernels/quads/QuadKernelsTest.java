package dev.pith.kernels.quads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Target;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.quads.Arrangement.Quads;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.quantized.QLookupProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.testing.Fuzz;
import dev.pith.kernels.testing.KernelContract;
import dev.pith.kernels.testing.KernelRunner.Split;
import dev.pith.kernels.testing.RandomTensors;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.kernels.x86.Machine;
import dev.pith.kernels.x86.X86Isa;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Sums, concatenations, pooling and changes of arrangement in quads, drawn at random. */
class QuadKernelsTest {

  private static final GeneratedCalls INTERPRETED = new GeneratedCalls(Machine::call);

  private static final Map<String, HostKernel<ArrangedProblem>> INTERPRETERS = new HashMap<>();

  static {
    for (HostKernel<ArrangedProblem> kernel :
        List.of(
            new X86QuadAdd(INTERPRETED),
            new X86QuadConcat(INTERPRETED),
            new X86QuadPool(INTERPRETED),
            new X86QuadGlobalAverage(INTERPRETED),
            new X86QuadRearrange(INTERPRETED))) {
      INTERPRETERS.put(kernel.name(), kernel);
    }
  }

  private static boolean runsCode() {
    return X86Isa.supportsAvx2(KernelContract.machine()).isSupported();
  }

  /** Checks the named kernel, natively where the machine can, and sometimes interpreted. */
  private static void check(Fuzz fuzz, String name, ArrangedProblem problem, List<Tensor> inputs) {
    List<String> names = ArrangedContract.check(problem, inputs);
    if (runsCode()) {
      assertEquals(List.of(name, "reference_arranged"), names, problem.toString());
    }
    if (fuzz.rarely(8)) {
      Target target = KernelContract.cpu(0).withFeatures(Set.of("x86_code", "avx2"));
      HostKernel<ArrangedProblem> kernel = INTERPRETERS.get(name);
      assertTrue(kernel.supports(problem, target).isSupported());
      ArrangedContract.check(kernel, problem, target, inputs, new Split(2, false));
    }
  }

  private static Shape shape(Fuzz fuzz) {
    return Shape.of(
        fuzz.oneOf(1, 1, 2),
        fuzz.between(1, 13),
        fuzz.oneOf(1, fuzz.between(1, 9)),
        fuzz.oneOf(1, fuzz.between(2, 40)));
  }

  private static List<Tensor> inputs(Fuzz fuzz, List<Shape> shapes) {
    RandomTensors random = new RandomTensors(fuzz.seed());
    List<Tensor> inputs = new ArrayList<>();
    shapes.forEach(shape -> inputs.add(random.bytes(DType.U8, shape.dims())));
    return inputs;
  }

  private static ArrangedProblem arrange(Fuzz fuzz, Problem problem, int padding) {
    QuadDemand demand = QuadDemand.of(problem).orElseThrow();
    return demand.arrange(problem, demand.border() + fuzz.oneOf(0, 1), padding);
  }

  @Test
  void sums(TestReporter reporter) {
    Fuzz.cases(
        40,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          int zero = fuzz.between(0, 255);
          int low = fuzz.oneOf(0, zero);
          QAddProblem add =
              new QAddProblem(
                  shape,
                  shape,
                  fuzz.between(0, 255),
                  fuzz.oneOf(0.7f, 0.013f, 3f, 400f, 1e9f),
                  fuzz.between(0, 255),
                  fuzz.oneOf(0.3f, 1f),
                  zero,
                  low,
                  fuzz.oneOf(255, fuzz.between(low, 255)));
          ArrangedProblem problem = arrange(fuzz, add, fuzz.between(0, 255));
          check(fuzz, "x86_quad_add", problem, inputs(fuzz, problem.shapes()));
        });
  }

  @Test
  void tables(TestReporter reporter) {
    Fuzz.cases(
        20,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          List<Tensor> inputs = inputs(fuzz, List.of(shape));
          inputs.add(new RandomTensors(-fuzz.seed()).bytes(DType.U8, 256));
          ArrangedProblem problem = arrange(fuzz, new QLookupProblem(shape), fuzz.between(0, 255));
          List<String> names = ArrangedContract.check(problem, inputs);
          assertEquals(List.of("direct_quad_lookup", "reference_arranged"), names);
        });
  }

  @Test
  void concatenations(TestReporter reporter) {
    Fuzz.cases(
        40,
        reporter,
        fuzz -> {
          Shape like = shape(fuzz);
          int count = fuzz.between(1, 4);
          List<Shape> shapes = new ArrayList<>();
          List<Integer> zeros = new ArrayList<>();
          List<Float> ratios = new ArrayList<>();
          int zero = fuzz.between(0, 255);
          for (int i = 0; i < count; i++) {
            long channels = i < count - 1 ? 4L * fuzz.between(1, 3) : fuzz.between(1, 9);
            shapes.add(like.with(1, channels));
            boolean copy = fuzz.rarely(2);
            zeros.add(copy ? zero : fuzz.between(0, 255));
            ratios.add(copy ? 1f : fuzz.oneOf(0.51f, 1f, 1.9f));
          }
          QConcatProblem concat = new QConcatProblem(1, shapes, zeros, ratios, zero);
          ArrangedProblem problem = arrange(fuzz, concat, zero);
          check(fuzz, "x86_quad_concat", problem, inputs(fuzz, shapes));
        });
  }

  private record Window(
      List<Long> kernel,
      List<Long> strides,
      List<Long> dilations,
      List<Long> begin,
      List<Long> end,
      List<Long> input,
      List<Long> output) {
    static Window draw(Fuzz fuzz, Shape shape) {
      while (true) {
        List<Long> kernel = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        List<Long> dilations = new ArrayList<>();
        List<Long> begin = new ArrayList<>();
        List<Long> end = new ArrayList<>();
        List<Long> output = new ArrayList<>();
        boolean possible = true;
        for (int i = 0; i < 2; i++) {
          kernel.add((long) fuzz.between(1, 4));
          strides.add((long) fuzz.between(1, 2));
          dilations.add((long) fuzz.oneOf(1, 1, 2));
          begin.add((long) fuzz.between(0, 2));
          end.add((long) fuzz.between(0, 2));
          long room =
              shape.dim(i + 2)
                  + begin.get(i)
                  + end.get(i)
                  - (kernel.get(i) - 1) * dilations.get(i)
                  - 1;
          possible &= room >= 0;
          // A window rounded up may reach beyond the padding.
          output.add(room / strides.get(i) + 1 + (fuzz.rarely(4) ? 1 : 0));
        }
        if (possible) {
          return new Window(
              kernel, strides, dilations, begin, end, List.of(shape.dim(2), shape.dim(3)), output);
        }
      }
    }
  }

  @Test
  void largest(TestReporter reporter) {
    Fuzz.cases(
        60,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          Window w = Window.draw(fuzz, shape);
          PoolGeometry g =
              new PoolGeometry(
                  shape.dim(0),
                  shape.dim(1),
                  w.input(),
                  w.kernel(),
                  w.strides(),
                  w.dilations(),
                  w.begin(),
                  w.end(),
                  w.output());
          PoolProblem pool = new PoolProblem(PoolFunction.MAX, DType.U8, g, false, 2, false, false);
          check(fuzz, "x86_quad_pool", arrange(fuzz, pool, 0), inputs(fuzz, List.of(shape)));
        });
  }

  @Test
  void averages(TestReporter reporter) {
    Fuzz.cases(
        60,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          Window w = Window.draw(fuzz, shape);
          int inputZero = fuzz.between(0, 255);
          int zero = fuzz.between(0, 255);
          QAveragePoolProblem pool =
              new QAveragePoolProblem(
                  shape.dim(0),
                  shape.dim(1),
                  w.input(),
                  w.kernel(),
                  w.strides(),
                  w.dilations(),
                  w.begin(),
                  w.end(),
                  w.output(),
                  fuzz.rarely(2),
                  inputZero,
                  fuzz.oneOf(0.8f, 1f, 2.3f),
                  zero,
                  fuzz.oneOf(0, zero),
                  255);
          String kernel = pool.isGlobal() ? "x86_quad_global_average" : "x86_quad_pool";
          check(fuzz, kernel, arrange(fuzz, pool, inputZero), inputs(fuzz, List.of(shape)));
        });
  }

  @Test
  void globalAverages(TestReporter reporter) {
    Fuzz.cases(
        30,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          List<Long> image = List.of(shape.dim(2), shape.dim(3));
          List<Long> none = List.of(0L, 0L);
          List<Long> one = List.of(1L, 1L);
          QAveragePoolProblem pool =
              new QAveragePoolProblem(
                  shape.dim(0),
                  shape.dim(1),
                  image,
                  image,
                  one,
                  one,
                  none,
                  none,
                  one,
                  false,
                  fuzz.between(0, 255),
                  fuzz.oneOf(0.8f, 2.3f),
                  17,
                  0,
                  255);
          check(
              fuzz,
              "x86_quad_global_average",
              arrange(fuzz, pool, 0),
              inputs(fuzz, List.of(shape)));
        });
  }

  @Test
  void changesOfArrangement(TestReporter reporter) {
    Fuzz.cases(
        60,
        reporter,
        fuzz -> {
          Shape shape = shape(fuzz);
          Arrangement quads = new Quads(fuzz.between(0, 3), fuzz.between(0, 255));
          boolean toQuads = fuzz.rarely(2);
          ArrangedProblem problem =
              new ArrangedProblem(
                  new RearrangeProblem(shape),
                  List.of(toQuads ? Arrangement.ROWS : quads),
                  List.of(shape),
                  toQuads ? quads : Arrangement.ROWS,
                  shape);
          check(fuzz, "x86_quad_rearrange", problem, inputs(fuzz, List.of(shape)));
        });
  }
}
