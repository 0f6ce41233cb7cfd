package dev.pith.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pith.runtime.cuda.CudaLibraries.Library;
import dev.pith.runtime.device.Backend.Availability;
import dev.pith.runtime.device.BackendUnavailableException;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.device.DeviceOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said on machines where parts of CUDA are missing. */
class CudaBackendTest {

  @TempDir Path folder;

  /** A loader that knows some libraries, and some files in folders. */
  private record FakeLoader(Set<String> loads, Set<String> files, List<String> asked)
      implements NativeLoader {

    static FakeLoader of(String... loads) {
      return new FakeLoader(Set.of(loads), Set.of(), new ArrayList<>());
    }

    @Override
    public boolean load(String library) {
      asked.add(library);
      return loads.contains(library);
    }

    @Override
    public List<Path> files(Path folder, String prefix) {
      return files.stream()
          .map(Path::of)
          .filter(
              f -> f.getParent().equals(folder) && f.getFileName().toString().startsWith(prefix))
          .toList();
    }
  }

  private CudaBackend backend(NativeLoader loader, FakeCuda cuda) {
    return new CudaBackend(
        () -> CudaLibraries.find(loader),
        (found, cache) ->
            new CudaApi(
                cuda,
                cuda,
                found.has(Library.CUBLAS) ? new FakeBlas(cuda) : null,
                found.has(Library.CUSPARSE) ? new FakeSparse(cuda) : null),
        () -> folder);
  }

  private static void says(Availability found, boolean isAvailable, String... parts) {
    assertEquals(isAvailable, found.isAvailable(), found.detail());
    for (String part : parts) {
      assertTrue(found.detail().contains(part), () -> part + " is not in: " + found.detail());
    }
    assertFalse(found.detail().contains("\n"), found.detail());
  }

  private static final String[] ALL = {
    "libcuda.so.1", "libnvrtc.so.12", "libcublas.so.12", "libcusparse.so.12"
  };

  private DeviceOptions device(int index) {
    return new DeviceOptions(
        index, 1, 0, KernelSelection.PREFERRED, "", "", false, folder, false, true, false);
  }

  @Test
  void everythingIsThere() {
    FakeCuda cuda = new FakeCuda(9, 0);
    CudaBackend backend = backend(FakeLoader.of(ALL), cuda);
    says(backend.availability(), true, "Fake GPU", "sm_90", "NVRTC 12.6");
    try (Device device = backend.open(device(0))) {
      assertEquals("sm_90", device.target().architecture());
    }
    assertEquals(Set.of(), cuda.live);
  }

  @Test
  void withoutDriverItsFilePlacesAndPackageAreNamed() {
    FakeLoader loader = FakeLoader.of("libnvrtc.so.12");
    CudaBackend backend = backend(loader, new FakeCuda(9, 0));
    says(
        backend.availability(),
        false,
        "libcuda.so.1",
        "/usr/local/nvidia/lib64",
        "install the driver",
        "--gpus all");
    BackendUnavailableException e =
        assertThrows(BackendUnavailableException.class, () -> backend.open(device(0)));
    assertTrue(e.getMessage().startsWith("device cuda is not there: no NVIDIA driver"));
    assertTrue(loader.asked().contains("libcuda.so.1"));
  }

  @Test
  void aLibraryOfAnotherCudaIsNamed() {
    FakeLoader loader =
        new FakeLoader(
            Set.of("libcuda.so.1"),
            Set.of("/usr/local/cuda/lib64/libnvrtc.so.13"),
            new ArrayList<>());
    says(
        backend(loader, new FakeCuda(9, 0)).availability(),
        false,
        "libnvrtc.so.12 was looked for",
        "/usr/local/cuda/lib64/libnvrtc.so.13, which is not of CUDA 12",
        "cuda-nvrtc-12-6");
  }

  @Test
  void aLibraryOfAnotherCudaThatTheSystemFindsIsNamed() {
    FakeLoader loader =
        new FakeLoader(Set.of("libcuda.so.1", "libnvrtc.so.13"), Set.of(), new ArrayList<>());
    says(
        backend(loader, new FakeCuda(9, 0)).availability(),
        false,
        "libnvrtc.so.12 was looked for",
        "there is libnvrtc.so.13 where the system looks, which is not of CUDA 12",
        "cuda-nvrtc-12-6");
  }

  @Test
  void librariesInUsualFoldersAreLoadedByTheirPath() {
    String found = "/usr/local/cuda-12/lib64/libnvrtc.so.12";
    FakeLoader loader =
        new FakeLoader(Set.of("libcuda.so.1", found), Set.of(found), new ArrayList<>());
    says(backend(loader, new FakeCuda(8, 0)).availability(), true, "sm_80");
    assertTrue(loader.asked().contains(found));
  }

  @Test
  void withoutCublasOwnKernelsRunAndItIsNamed() {
    FakeCuda cuda = new FakeCuda(9, 0);
    CudaBackend backend =
        backend(FakeLoader.of("libcuda.so.1", "libnvrtc.so.12", "libcusparse.so.12"), cuda);
    says(backend.availability(), true, "slower without: libcublas.so.12", "libcublas-12-6");
    backend.open(device(0)).close();
  }

  @Test
  void anOldDriverIsNamedWithItsVersion() {
    FakeCuda cuda = new FakeCuda(9, 0);
    cuda.version = 11080;
    says(backend(FakeLoader.of(ALL), cuda).availability(), false, "supports CUDA 11.8", "525.60");
  }

  @Test
  void noDeviceAndDevicesThatAreNotThere() {
    FakeCuda cuda = new FakeCuda(9, 0);
    cuda.devices = 0;
    says(backend(FakeLoader.of(ALL), cuda).availability(), false, "CUDA_VISIBLE_DEVICES");
    cuda.devices = 2;
    CudaBackend backend = backend(FakeLoader.of(ALL), cuda);
    BackendUnavailableException e =
        assertThrows(BackendUnavailableException.class, () -> backend.open(device(2)));
    assertTrue(e.getMessage().contains("cuda:2 does not exist"), e.getMessage());
    assertTrue(e.getMessage().contains("cuda:0 to cuda:1"), e.getMessage());
    BackendUnavailableException old =
        assertThrows(
            BackendUnavailableException.class,
            () -> backend(FakeLoader.of(ALL), new FakeCuda(6, 1)).open(device(0)));
    assertTrue(old.getMessage().contains("sm_61"), old.getMessage());
  }

  @Test
  void nativesAreUnpackedWholeAndOnce() throws IOException {
    List<String> names = List.of("JNvrtc");
    Path place = JNatives.unpack(folder, names);
    Path file = place.resolve("libJNvrtc-12.6.0-linux-x86_64.so");
    byte[] bytes = Files.readAllBytes(file);
    assertTrue(bytes.length > 10_000 && Arrays.equals(ELF, Arrays.copyOf(bytes, 4)));
    Files.write(file, new byte[] {1});
    JNatives.unpack(folder, names);
    assertEquals(1, Files.size(file), "a library that is there is left alone");
    try (var files = Files.list(place)) {
      assertEquals(List.of(file), files.toList());
    }
    BackendUnavailableException e =
        assertThrows(
            BackendUnavailableException.class, () -> JNatives.unpack(folder, List.of("JNone")));
    assertTrue(e.getMessage().contains("libJNone-12.6.0-linux-x86_64.so"), e.getMessage());
  }

  private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};

  @Test
  void missingLibrariesHaveAText() {
    Map<Library, String> missing = CudaLibraries.find(FakeLoader.of()).missing();
    assertEquals(Set.of(Library.values()), missing.keySet());
    missing.forEach((library, text) -> assertTrue(text.contains(library.file()), text));
  }
}
