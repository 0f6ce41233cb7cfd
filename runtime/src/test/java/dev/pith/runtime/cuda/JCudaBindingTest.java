package dev.pith.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Settings;
import dev.pith.runtime.cuda.CudaBlas.Precision;
import dev.pith.runtime.cuda.CudaDriver.Handle;
import dev.pith.runtime.cuda.CudaDriver.Parameter;
import dev.pith.runtime.device.DeviceException;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcusparse.JCusparse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What JCuda passes on to CUDA's libraries, by stand-ins in C that print it. */
@Timeout(120)
class JCudaBindingTest {

  @TempDir Path folder;

  /** Runs where the stand-ins are the libraries that the loader finds. */
  static final class Child {

    private Child() {}

    public static void main(String[] arguments) {
      Path cache = Path.of(arguments[0]);
      CudaLibraries libraries = CudaLibraries.find(NativeLoader.SYSTEM);
      System.out.println("missing " + libraries.missing());
      CudaApi api = JCudaApi.open(libraries, cache, Settings::withTemporaryFolder);
      CudaDriver driver = api.driver();
      System.out.println(driver.facts(0) + " " + driver.version() + " " + driver.deviceCount());
      refused(() -> driver.facts(1));
      driver.makeCurrent(driver.retainContext(0));
      memory(driver);
      Handle stream = driver.createStream();
      launches(driver, stream);
      compiler(api.compiler());
      blas(api.blas(), stream);
      sparse(api.sparse(), stream);
      driver.destroyStream(stream);
      driver.releaseContext(0);
    }

    private static void refused(Runnable call) {
      try {
        call.run();
        System.out.println("not refused");
      } catch (DeviceException e) {
        System.out.println(e.code() + " " + e.getMessage());
      }
    }

    private static void memory(CudaDriver driver) {
      System.out.println("free " + driver.memory()[0] + " of " + driver.memory()[1]);
      long address = driver.allocate(1000);
      refused(() -> driver.allocate(1L << 40));
      long host = driver.allocateHost(100);
      Handle stream = driver.createStream();
      driver.copyToDevice(address + 256, host, 100, stream);
      driver.copyToHost(host, address + 256, 60, stream);
      driver.synchronize(stream);
      driver.freeHost(host);
      driver.free(address);
    }

    private static void launches(CudaDriver driver, Handle stream) {
      Handle module = driver.loadModule("IMAGE".getBytes(StandardCharsets.UTF_8));
      Handle function = driver.function(module, "twice");
      refused(() -> driver.function(module, "none"));
      Handle parameters =
          driver.parameters(
              List.of(
                  new Parameter.Address(0x123456789abL),
                  new Parameter.Int32(-5),
                  new Parameter.Float32(2.5f)));
      driver.allowLocal(function, 65536);
      driver.beginCapture(stream);
      driver.launch(function, 7, 128, 65536, parameters, stream);
      Handle graph = driver.endCapture(stream);
      Handle executable = driver.instantiate(graph);
      driver.launchGraph(executable, stream);
      driver.destroyGraph(graph);
      driver.destroyExecutable(executable);
      driver.releaseParameters(parameters);
      driver.unloadModule(module);
    }

    private static void compiler(CudaCompiler compiler) {
      System.out.println("NVRTC " + compiler.versionText());
      CudaCompiler.Result good = compiler.compile("right", "f.cu", List.of("--fmad=false"));
      CudaCompiler.Result bad = compiler.compile("wrong", "g.cu", List.of());
      System.out.println(
          good.image().length + " bytes, then " + (bad.image() == null) + ": " + bad.log());
    }

    private static void blas(CudaBlas blas, Handle stream) {
      Handle handle = blas.create(stream, 0x1000, 512);
      blas.multiply(handle, CudaBlas.Product.ofRows(16, 32, 48, Precision.I8), 0x100, 0x200, 0x300);
      blas.multiply(
          handle,
          new CudaBlas.Product(5, 6, 7, true, false, 2, 35, 42, 0.5f, Precision.F16),
          0x100,
          0x200,
          0x300);
      refused(
          () -> blas.multiply(handle, CudaBlas.Product.ofRows(2, 13, 4, Precision.F32), 1, 2, 3));
      blas.destroy(handle);
    }

    private static void sparse(CudaSparse sparse, Handle stream) {
      Handle handle = sparse.create(stream);
      CudaSparse.Product csr =
          new CudaSparse.Product(5, 6, 7, 9, CudaSparse.Format.CSR, 1, Precision.I8);
      Handle description = sparse.describe(csr, 0x10, 0x20, 0x30, 0x40, 0x50);
      System.out.println("buffer of " + sparse.bufferBytes(handle, description));
      sparse.multiply(handle, description, 0x60);
      sparse.release(description);
      CudaSparse.Product blocks =
          new CudaSparse.Product(
              5, 64, 96, 64 * 32, CudaSparse.Format.BLOCKED_ELL, 16, Precision.F16);
      description = sparse.describe(blocks, 0, 0x20, 0x30, 0x40, 0x50);
      sparse.multiply(handle, description, 0x60);
      sparse.release(description);
      sparse.destroy(handle);
    }
  }

  private void compile(String library) throws Exception {
    Path source = folder.resolve("stubs.c");
    try (InputStream text = JCudaBindingTest.class.getResourceAsStream("stubs.c")) {
      Files.write(source, text.readAllBytes());
    }
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-w",
                "-Wl,-soname," + library,
                "-o",
                folder.resolve(library).toString(),
                source.toString())
            .inheritIO()
            .start();
    assertEquals(0, gcc.waitFor());
  }

  /** The places of what the child needs: classes, and natives beside JCuda. */
  private static String classPath() {
    Stream<String> classes =
        Stream.of(
                Child.class,
                CudaBackend.class,
                Tensor.class,
                JCudaDriver.class,
                JCublas2.class,
                JCusparse.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .map(location -> Path.of(URI.create(location.toString())).toString());
    Stream<String> natives =
        Stream.of("JCudaDriver", "JCublas2", "JCusparse")
            .map(name -> "lib/lib" + name + "-12.6.0-linux-x86_64.so")
            .map(file -> JCudaDriver.class.getClassLoader().getResource(file).toString())
            .map(place -> place.substring("jar:".length(), place.indexOf('!')))
            .map(place -> Path.of(URI.create(place)).toString());
    return Stream.concat(classes, natives)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void callsReachTheLibrariesAsTheyAreMeant() throws Exception {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "gcc"))),
        "gcc is not on the path");
    for (CudaLibraries.Library library : CudaLibraries.Library.values()) {
      compile(library.file());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + folder));
    command.addAll(List.of("-cp", classPath(), Child.class.getName()));
    command.add(folder.resolve("cache").toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    Process child = builder.start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), output);
    List<String> lines = output.lines().toList();
    for (String line : EXPECTED.lines().toList()) {
      assertTrue(lines.contains(line), () -> "no line " + line + " in\n" + output);
    }
    assertTrue(Files.exists(folder.resolve("cache/jcuda-12.6.0-linux-x86_64")), output);
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.toString().contains("JCuda")), "unpacked elsewhere");
    }
  }

  private static final String EXPECTED =
      """
      missing {}
      Facts[name=Stub, major=9, minor=0, multiprocessors=132, memoryBytes=8589934592] 12060 1
      101 CUDA: cuDeviceGet of device 1 failed with CUDA_ERROR_INVALID_DEVICE (101)
      free 123 of 456
      2 CUDA: cuMemAlloc of 1099511627776 bytes failed with CUDA_ERROR_OUT_OF_MEMORY (2)
      host memory of 100 bytes, flags 1
      100 bytes down 0x22
      60 bytes up 0x22
      host memory freed
      memory freed
      stream, flags 1
      module of IMAGE
      twice of 0x55
      attribute 8 of 0x66: 65536
      500 CUDA: cuModuleGetFunction of none failed with CUDA_ERROR_NOT_FOUND (500)
      capture, mode 2
      0x66: 7 1 1 x 128 1 1, 65536, 0x22, 0: 123456789ab -5 2.5
      graph 0x33, flags 0
      graph 0x44 on 0x22
      graph 0x33 destroyed
      executable 0x44 destroyed
      module 0x55 unloaded
      NVRTC 12.6
      source right of f.cu, 0 headers
      option --fmad=false
      program 0x88 destroyed
      program 0x89 destroyed
      4 bytes, then true: a log
      cuBLAS 0x77 on 0x22
      512 bytes
      gemm 1 0, 32 16 48, 1, 0x200 3 48 0, 0x100 3 48 0, 0, 0x300 10 32 512, 1 72 -1
      gemm 0 1, 6 5 7, 3f000000, 0x200 2 6 42, 0x100 2 5 35, 0, 0x300 0 6 30, 2 68 -1
      cuBLAS 0x77 destroyed
      cuSPARSE 0x99 on 0x22
      csr 6 7 9, 0x10 0x20 0x30, 2 2 0 3
      dense 7 5 7, 0x40 3 1
      dense 6 5 6, 0x50 10 1
      buffer of 77
      spmm 0 0, 1 0xa1 0x40 0 0x50, 10 12 0x60
      matrix 0xa1 destroyed
      ell 64 96 16 32, 0x20 0x30, 2 0 2
      spmm 0 0, 3f800000 0xa2 0x40 0 0x50, 0 13 0x60
      stream 0x22 destroyed
      context released
      """;
}
