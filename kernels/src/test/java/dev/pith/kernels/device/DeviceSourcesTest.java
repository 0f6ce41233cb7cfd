package dev.pith.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.Activation;
import dev.pith.kernels.DeviceKernel;
import dev.pith.kernels.Epilogue;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.Problem;
import dev.pith.kernels.Program;
import dev.pith.kernels.Requantize;
import dev.pith.kernels.Target;
import dev.pith.kernels.conv.ConvGeometry;
import dev.pith.kernels.conv.ConvProblem;
import dev.pith.kernels.elementwise.BinaryFunction;
import dev.pith.kernels.elementwise.BinaryProblem;
import dev.pith.kernels.elementwise.CastProblem;
import dev.pith.kernels.elementwise.SelectProblem;
import dev.pith.kernels.elementwise.UnaryFunction;
import dev.pith.kernels.elementwise.UnaryProblem;
import dev.pith.kernels.layout.BlockLayout;
import dev.pith.kernels.layout.CsrLayout;
import dev.pith.kernels.layout.NmLayout;
import dev.pith.kernels.matmul.LinearProblem;
import dev.pith.kernels.matmul.MatMulProblem;
import dev.pith.kernels.movement.CopyProblem;
import dev.pith.kernels.movement.GatherProblem;
import dev.pith.kernels.movement.StridedView;
import dev.pith.kernels.normalize.BatchNormProblem;
import dev.pith.kernels.normalize.NormalizeProblem;
import dev.pith.kernels.pool.PoolFunction;
import dev.pith.kernels.pool.PoolGeometry;
import dev.pith.kernels.pool.PoolProblem;
import dev.pith.kernels.quantized.DequantizeProblem;
import dev.pith.kernels.quantized.QAddProblem;
import dev.pith.kernels.quantized.QAveragePoolProblem;
import dev.pith.kernels.quantized.QConcatProblem;
import dev.pith.kernels.quantized.QConvProblem;
import dev.pith.kernels.quantized.QLinearProblem;
import dev.pith.kernels.quantized.QLookupProblem;
import dev.pith.kernels.quantized.QMulProblem;
import dev.pith.kernels.quantized.QuantizeProblem;
import dev.pith.kernels.reduce.ReduceFunction;
import dev.pith.kernels.reduce.ReduceProblem;
import dev.pith.kernels.reduce.SoftmaxFunction;
import dev.pith.kernels.reduce.SoftmaxProblem;
import dev.pith.kernels.tensor.DType;
import dev.pith.kernels.tensor.Dense;
import dev.pith.kernels.tensor.Layout;
import dev.pith.kernels.tensor.Shape;
import dev.pith.kernels.testing.ConvCases;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every device kernel has a program, and every source is CUDA C too, as nvcc sees it. */
class DeviceSourcesTest {

  private static final Target TARGET =
      new Target(
          Target.Kind.CUDA,
          "sm_80",
          Set.of(
              DeviceTarget.ROUNDED_DIVISION,
              DeviceTarget.FP64,
              DeviceTarget.DOT4,
              DeviceTarget.MATRIX_I8,
              DeviceTarget.MATRIX_F16,
              DeviceTarget.SPARSE_MATRIX_I8),
          0,
          1);

  @TempDir Path folder;

  private static List<Problem> problems() {
    Shape shape = Shape.of(2, 3);
    List<Long> ones = List.of(1L, 1L);
    List<Long> fours = List.of(4L, 4L);
    ConvGeometry g = ConvCases.all().get(1);
    Requantize r = new Requantize(DType.U8, 1, 2, 0, 255);
    Epilogue gelu = new Epilogue(true, true, new Activation(Activation.Kind.GELU, 0, 0));
    List<Problem> all = new ArrayList<>(OperatorProblems.all());
    for (Layout layout : List.of(Dense.LAYOUT, new BlockLayout(2, 4))) {
      all.add(new QConvProblem(g, layout, true, r));
      all.add(new QLinearProblem(2, 3, 4, layout, true, r));
      all.add(new ConvProblem(g, DType.F16, DType.BF16, layout, gelu));
      all.add(new LinearProblem(2, 3, 4, DType.F32, DType.I8, layout, gelu));
    }
    for (Layout layout : List.of(new CsrLayout(), new BlockLayout(16, 4), new NmLayout(2, 4))) {
      all.add(new QLinearProblem(16, 3, 64, layout, true, r));
      all.add(new QLinearProblem(17, 3, 64, layout, false, new Requantize(DType.F32, 1, 0, 0, 0)));
    }
    for (Layout layout : List.of(Dense.LAYOUT, new NmLayout(2, 4))) {
      all.add(new QLinearProblem(200, 200, 64, layout, true, r));
      all.add(
          new QLinearProblem(200, 200, 64, layout, true, new Requantize(DType.F32, 1, 0, 0, 0)));
    }
    ConvGeometry whole =
        new ConvGeometry(1, 64, 8, 1, List.of(4L, 4L), ones, ones, ones, ones, ones);
    all.add(new QConvProblem(whole, new NmLayout(2, 4), true, r));
    all.add(new QAddProblem(shape, shape, 1, 1, 1, 1, 1, 0, 255));
    all.add(new QMulProblem(shape, shape, 1, 1, 1, 1, 0, 255));
    all.add(new QLookupProblem(shape));
    all.add(new QConcatProblem(0, List.of(shape), List.of(1), List.of(2f), 1));
    all.add(new QuantizeProblem(DType.U8, shape, 1, 1));
    all.add(new DequantizeProblem(DType.U8, shape, 1, 1));
    all.add(
        new QAveragePoolProblem(
            1, 1, fours, ones, ones, ones, ones, ones, fours, true, 1, 1, 1, 0, 255));
    all.add(new UnaryProblem(UnaryFunction.EXP, DType.F16, shape, 0, 0));
    all.add(new BinaryProblem(BinaryFunction.LESS, DType.F32, shape, shape));
    all.add(new SelectProblem(DType.F32, shape, shape, shape));
    all.add(new CastProblem(DType.F16, DType.I64, shape));
    all.add(new MatMulProblem(DType.F32, Shape.of(2, 3), Shape.of(3, 4), false, false, 1));
    all.add(CopyProblem.builder(DType.I64, shape).only(0, StridedView.of(shape)));
    all.add(new GatherProblem(DType.F32, DType.I64, 1, true, 2, List.of(3L), 4));
    PoolGeometry window = new PoolGeometry(1, 1, fours, ones, ones, ones, ones, ones, fours);
    all.add(new PoolProblem(PoolFunction.AVERAGE, DType.F16, window, true, 0, false, false));
    all.add(new ReduceProblem(ReduceFunction.SUM, DType.F32, shape, List.of(1)));
    all.add(new SoftmaxProblem(SoftmaxFunction.SOFTMAX, DType.F32, 1, 2, 3));
    all.add(new NormalizeProblem(DType.F32, 2, 3, 3, 1, true, 1, true, true, 0));
    all.add(new BatchNormProblem(DType.F32, DType.F16, 1, 2, 3, 1));
    return all;
  }

  /** Products of fp16: factors that are copied and such that are fetched, turned ones, windows. */
  private static List<Problem> halves(long large, long odd) {
    Epilogue relu = new Epilogue(true, true, new Activation(Activation.Kind.RELU, 0, 0));
    List<Long> ones = List.of(1L, 1L);
    ConvGeometry g =
        new ConvGeometry(
            1, 8, large, 1, List.of(16L, 16L), List.of(3L, 3L), ones, ones, ones, ones);
    Shape turned = Shape.of(64, odd);
    return List.of(
        new LinearProblem(large, large, 64, DType.F16, DType.F16, Dense.LAYOUT, relu),
        new LinearProblem(33, 33, 65, DType.F16, DType.F16, Dense.LAYOUT, relu),
        new MatMulProblem(DType.F16, turned, Shape.of(odd, 64), true, true, 1),
        new ConvProblem(g, DType.F16, DType.F16, Dense.LAYOUT, relu));
  }

  private static <P extends Problem> void add(
      P problem, Map<String, String> sources, Set<String> names) {
    for (Kernel<P> kernel : KernelFamilies.of(problem).kernels()) {
      if (kernel instanceof DeviceKernel<P> able) {
        if (!able.supports(problem, TARGET).isSupported()) {
          continue;
        }
        Program program = able.program(problem, TARGET);
        assertTrue(!program.launches().isEmpty(), problem.toString());
        program.launches().forEach(l -> assertTrue(program.source().contains(l.entryPoint())));
        sources.putIfAbsent(program.source(), able.name());
        names.add(able.name());
      }
    }
  }

  private static Set<String> listed() {
    Set<String> names = new TreeSet<>();
    for (KernelFamily<?> family : KernelFamilies.ALL) {
      for (Kernel<?> kernel : family.kernels()) {
        if (kernel instanceof DeviceKernel<?>) {
          names.add(kernel.name());
        }
      }
    }
    return names;
  }

  @Test
  void everyDeviceKernelHasAProgramAndRefusesCpus() {
    Set<String> names = new TreeSet<>();
    List<Problem> all = new ArrayList<>(problems());
    all.addAll(halves(200, 200));
    for (Problem problem : all) {
      add(problem, new LinkedHashMap<>(), names);
      for (Kernel<Problem> kernel : KernelFamilies.of(problem).kernels()) {
        boolean host = !(kernel instanceof DeviceKernel<Problem>);
        assertTrue(host || !kernel.supports(problem, Target.plainCpu(1)).isSupported());
      }
    }
    assertEquals(listed(), names);
  }

  /** All sources, each in a namespace of its own, in two parts at once, for sm_80 and sm_90. */
  @Test
  @Timeout(240)
  void everySourceCompilesAsCuda() throws IOException, InterruptedException {
    Map<String, String> sources = new LinkedHashMap<>();
    problems().forEach(problem -> add(problem, sources, new TreeSet<>()));
    // Two of these tiles take nvcc as long as all other sources: one kind is always seen, the
    // others as PTX.
    List<Problem> halves = halves(200, 41);
    List<Problem> seen = Boolean.getBoolean("pith.slow") ? halves : halves.subList(0, 1);
    seen.forEach(problem -> add(problem, sources, new TreeSet<>()));
    List<String> texts = new ArrayList<>(sources.keySet());
    texts.sort(Comparator.comparingInt(String::length));
    List<Process> running = new ArrayList<>();
    for (int part = 0; part < 2; part++) {
      List<String> share = new ArrayList<>();
      for (int i = part; i < texts.size(); i += 2) {
        share.add(texts.get(i));
      }
      running.add(
          nvcc(
              "part" + part,
              share,
              "--fatbin",
              "-gencode=arch=compute_80,code=sm_80",
              "-gencode=arch=compute_90,code=sm_90",
              "-o",
              folder.resolve("part" + part + ".fatbin").toString()));
    }
    for (int part = 0; part < 2; part++) {
      await(running.get(part), "part" + part);
      assertTrue(Files.size(folder.resolve("part" + part + ".fatbin")) > 0);
    }
  }

  /**
   * What kernels are for: matrix units for dense and for 2:4 weights, and sums of four products.
   */
  @Test
  @Timeout(240)
  void kernelsUseTheInstructionsTheyAreMadeFor() throws IOException, InterruptedException {
    Requantize r = new Requantize(DType.U8, 1, 2, 0, 255);
    Path ptx = folder.resolve("all.ptx");
    Map<String, String> sources = new LinkedHashMap<>();
    add(new QLinearProblem(64, 64, 64, Dense.LAYOUT, true, r), sources, new TreeSet<>());
    add(new QLinearProblem(64, 64, 64, new NmLayout(2, 4), true, r), sources, new TreeSet<>());
    add(new QLinearProblem(1, 64, 64, new BlockLayout(16, 4), true, r), sources, new TreeSet<>());
    add(new QLinearProblem(200, 200, 64, Dense.LAYOUT, true, r), sources, new TreeSet<>());
    add(new QLinearProblem(200, 200, 64, new NmLayout(2, 4), true, r), sources, new TreeSet<>());
    Map<String, String> halves = new LinkedHashMap<>();
    halves(40, 40).forEach(problem -> add(problem, halves, new TreeSet<>()));
    halves.forEach(
        (source, name) -> {
          if (name.contains("half")) {
            sources.put(source, name);
          }
        });
    await(nvcc("all", sources.keySet(), "--ptx", "-arch=sm_80", "-o", ptx.toString()), "all");
    String text = Files.readString(ptx);
    for (String instruction :
        List.of(
            "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32",
            "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.s32.s8.s8.s32",
            "mma.sync.aligned.m16n8k32.row.col.s32.s8.u8.s32",
            "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.s32.s8.u8.s32",
            "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32",
            "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16",
            "cp.async.cg.shared.global",
            "cp.async.wait_group 2",
            "ldmatrix.sync.aligned.m8n8.x4.shared.b16",
            "dp4a.s32.s32",
            "cvt.rni.s32.f32",
            "ld.global.v4.u32")) {
      assertTrue(text.contains(instruction), instruction);
    }
    assertFalse(text.contains("fma.rn.f32"), "scaling a sum rounds once, before anything is added");
  }

  /** Begins to compile {@code sources} as one file called {@code name}. */
  private Process nvcc(String name, Collection<String> sources, String... options)
      throws IOException {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "nvcc")));
    assumeTrue(found, "nvcc is not on the path");
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (String source : sources) {
      Path file = folder.resolve(name + number + ".cu");
      // Entry points have C names: two sources may have the same one.
      Files.writeString(file, source.replace("extern \"C\" ", ""));
      text.append("namespace kernel").append(number).append(" {\n");
      text.append("#include \"").append(file.getFileName()).append("\"\n}\n");
      source
          .lines()
          .filter(line -> line.matches("\\s*#\\s*define\\s+\\w+.*"))
          .map(line -> line.strip().substring(7).strip().replaceAll("\\W.*", ""))
          .distinct()
          .forEach(macro -> text.append("#undef ").append(macro).append('\n'));
      number++;
    }
    Path file = Files.writeString(folder.resolve(name + ".cu"), text);
    List<String> command = new ArrayList<>(List.of("nvcc", "--fmad=false"));
    command.addAll(List.of(options));
    command.add(file.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  private void await(Process nvcc, String name) throws IOException, InterruptedException {
    boolean ended = nvcc.waitFor(230, TimeUnit.SECONDS);
    if (!ended) {
      nvcc.destroyForcibly();
    }
    assertTrue(ended, "nvcc did not end");
    assertEquals(0, nvcc.exitValue(), Files.readString(folder.resolve(name + ".log")));
  }
}
